package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * How long statements took, failed ones included.
 *
 * @param queryType a {@link QueryType}, or {@code ALL}
 * @param errorRatePct failed of total in per cent, two decimals; 0 when there was none
 * @param minMs shortest; this and the other durations are null when there was no statement, and at
 *     most 1 % off but for the mean
 * @param stdevMs of the population
 */
public record QueryStats(
    String queryType,
    long total,
    long successful,
    long failed,
    BigDecimal errorRatePct,
    BigDecimal minMs,
    BigDecimal maxMs,
    BigDecimal meanMs,
    BigDecimal medianMs,
    BigDecimal p95Ms,
    BigDecimal p99Ms,
    BigDecimal stdevMs) {}
