package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * Slow statements of one type.
 *
 * @param slowCount how many took at least {@code thresholdMs}
 * @param pctOfTotal of the type's statements, in per cent, four decimals
 */
public record Bottleneck(
    String queryType,
    long slowCount,
    BigDecimal thresholdMs,
    BigDecimal avgSlowMs,
    BigDecimal maxSlowMs,
    BigDecimal pctOfTotal) {}
