package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * One comparison of a statement with the books.
 *
 * @param asOf the moment the statement's figures are of
 * @param repeated whether the statement had been sent before
 * @param lines of the statement that were understood
 * @param ignored lines that a statement of this kind doesn't compare
 * @param compared positions or trades held against each other
 * @param matched those that are the same
 * @param found differences, of each class
 * @param opened breaks that are new
 * @param cleared breaks that this run no longer found
 * @param accepted differences found that people have accepted before
 */
public record ReconciliationRun(
    UUID runId,
    UUID statementId,
    AccountId accountId,
    StatementKind kind,
    Instant asOf,
    Instant at,
    boolean repeated,
    int lines,
    int ignored,
    int compared,
    int matched,
    Map<BreakClass, Integer> found,
    int opened,
    int cleared,
    int accepted) {}
