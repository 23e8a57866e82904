package io.tola.performance.domain;

/**
 * A condition that is the same in every execution of a statement, so that a partial index may rest
 * on it.
 *
 * @param sql the condition, without a table's name
 * @param settles whether an index restricted by it needs the column no longer
 */
public record CandidatePredicate(String column, String sql, boolean settles) {}
