package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * One execution that took long.
 *
 * @param at when it ended
 * @param slow whether it reached the slow threshold, not only that of a warning
 * @param statementId names the statement in {@link StatementUse}
 * @param request {@code GET /api/v1/trades}; null when it belonged to none
 * @param sqlState of its failure, or null
 * @param parameters their shapes, never their values
 */
public record SlowQuery(
    Instant at,
    BigDecimal durationMs,
    boolean slow,
    String statementId,
    String queryType,
    String statement,
    String module,
    String method,
    String request,
    boolean success,
    String sqlState,
    int batchSize,
    List<String> parameters) {}
