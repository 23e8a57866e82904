package io.tola.risk.api;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A guard over one scope.
 *
 * @param scope an account's id, a symbol, or {@code market}
 * @param value per cent; for accounts as last measured, for the others as the level last changed
 * @param warning from this value on it is WARNING
 * @param critical from this value on it is CRITICAL
 * @param stage the highest of several thresholds that is reached, in per cent; 0 for none
 * @param action what it does when it is critical
 * @param tripped whether it has acted; then it doesn't act again until a person re-arms it
 * @param since when the level last changed; null when it never did
 * @param trippedAt null when it never acted
 */
public record GuardView(
    GuardKind guard,
    String scope,
    GuardLevel level,
    BigDecimal value,
    BigDecimal warning,
    BigDecimal critical,
    int stage,
    GuardAction action,
    boolean tripped,
    Instant since,
    Instant trippedAt,
    String rearmedBy,
    Instant rearmedAt) {}
