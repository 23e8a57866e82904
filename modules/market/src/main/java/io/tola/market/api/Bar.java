package io.tola.market.api;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.time.Instant;

/**
 * Open, high, low, close and volume of one interval.
 *
 * @param start first instant of the interval
 * @param volume shares
 */
public record Bar(
    Symbol symbol,
    Interval interval,
    Instant start,
    Price open,
    Price high,
    Price low,
    Price close,
    long volume) {}
