package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * How large a pool should be, with every number it comes from.
 *
 * @param borrowsPerSecondP95 of the seconds in which any connection was borrowed, the rate that 95 %
 *     stayed below
 * @param heldMeanMs how long a connection is lent on average
 * @param busy by Little's law, so many are lent at once: the product of the two
 * @param busySeenP95 connections lent at once, as it was: p95 of the seconds with any
 * @param headroom what {@code wanted} has over {@code busy}
 * @param wanted where borrowers don't know of each other, of so many one is free in 99 % of the moments
 * @param databaseAllows its max_connections less those for superusers and those that others have; null
 *     when the database wasn't asked yet
 * @param processorsAllow twice the processors and one, where the database runs on this machine: more
 *     statements at once don't make it faster; null elsewhere
 * @param recommended {@code wanted} within what the database allows
 * @param verdict {@code enough}, {@code larger}, {@code shorten}: hold them shorter instead, because
 *     there is no room for more or the processors have nothing to give, or {@code unknown}
 * @param arithmetic the same in one line
 */
public record PoolSize(
    int current,
    BigDecimal borrowsPerSecondP95,
    BigDecimal heldMeanMs,
    BigDecimal busy,
    BigDecimal busySeenP95,
    BigDecimal headroom,
    Integer wanted,
    Integer databaseAllows,
    Integer processorsAllow,
    Integer recommended,
    String verdict,
    String arithmetic) {}
