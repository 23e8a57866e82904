package io.tola.kernel.cache;

import java.math.BigDecimal;

/**
 * What a cache did on this node since its start.
 *
 * @param size answers kept on this node
 * @param maxSize null when what is kept is bounded by what there is
 * @param hits calls answered without a load of their own
 * @param sharedHits of those, answered by what another node had loaded
 * @param joinedHits of those, answered by a load that was under way
 * @param misses calls that had to load
 * @param loads loads that succeeded
 * @param loadFailures loads that failed; nothing of them was kept
 * @param meanLoadMs of the successful ones, three decimals; null without any
 * @param evictions answers that went because there was no room
 * @param invalidations times the cache or a part of it was invalidated here
 * @param bypassed calls inside a transaction, which go to the database
 * @param shared whether the tier that nodes share is there
 */
public record CacheStatistics(
    String name,
    long ttlSeconds,
    long size,
    Long maxSize,
    long hits,
    long sharedHits,
    long joinedHits,
    long misses,
    long loads,
    long loadFailures,
    BigDecimal meanLoadMs,
    long evictions,
    long invalidations,
    long bypassed,
    boolean shared) {}
