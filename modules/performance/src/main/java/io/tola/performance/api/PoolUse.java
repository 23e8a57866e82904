package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * A pool of connections on this node. Figures are since the server's start.
 *
 * @param open connections there are
 * @param inUse of them lent
 * @param waits how often a connection had to be waited for
 * @param waitMeanMs of those; null when there was none
 * @param waitMaxMs likewise
 * @param useMeanMs how long a connection stays lent, null when none was
 */
public record PoolUse(
    String name,
    int maxSize,
    long open,
    long inUse,
    long free,
    long handles,
    long created,
    long destroyed,
    long waits,
    BigDecimal waitMeanMs,
    BigDecimal waitMaxMs,
    BigDecimal useMeanMs,
    BigDecimal useMaxMs) {}
