package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A connection that has been lent for long and isn't back.
 *
 * @param callSite {@code module Class.method} that took it
 * @param request {@code GET /api/v1/trades}; null when it was taken for none
 * @param kept whether it is meant to be kept ({@code tola.performance.kept-connections})
 */
public record LongLoan(
    String callSite,
    String request,
    String thread,
    Instant since,
    BigDecimal heldMs,
    boolean kept) {}
