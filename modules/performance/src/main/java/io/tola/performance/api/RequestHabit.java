package io.tola.performance.api;

import java.time.Instant;

/**
 * What a request or transaction does again and again.
 *
 * @param kind {@code n_plus_one} or {@code chatty}
 * @param request {@code GET /api/v1/trades}, or {@code transaction of module Class.method}
 * @param statementId the repeated statement's; null when chatty
 * @param statement likewise
 * @param times requests or transactions that did it since the server's start
 * @param statements the most that one of them sent
 */
public record RequestHabit(
    String kind,
    String request,
    String statementId,
    String statement,
    long times,
    int statements,
    Instant lastSeen) {}
