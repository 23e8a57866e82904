package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * One cache on one node, since its start; what is counted says {@link
 * io.tola.kernel.cache.CacheStatistics}.
 *
 * @param maxSize null when it is bounded by what there is
 * @param hitRatePct null when nothing was asked
 * @param meanLoadMs null before the first load
 */
public record CacheUse(
    String name,
    long ttlSeconds,
    long size,
    Long maxSize,
    long hits,
    long sharedHits,
    long joinedHits,
    long misses,
    BigDecimal hitRatePct,
    long loads,
    long loadFailures,
    BigDecimal meanLoadMs,
    long evictions,
    long invalidations,
    long bypassed,
    boolean shared) {}
