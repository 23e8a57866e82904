package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * The caches of this node together.
 *
 * @param maxSize null while there is one that is bounded by what there is, not by a number
 * @param hitRatePct null when nothing was asked
 */
public record CacheStats(
    long size,
    Long maxSize,
    long hits,
    long misses,
    BigDecimal hitRatePct,
    int defaultTtlSeconds) {}
