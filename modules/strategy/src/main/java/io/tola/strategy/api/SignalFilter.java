package io.tola.strategy.api;

import io.tola.kernel.Symbol;

/**
 * Which signals of a strategy.
 *
 * @param strategy its name
 * @param symbol only of this symbol, or null
 * @param direction only these, or null
 * @param limit 1 to 500
 * @param cursor where the previous page ended, or null
 */
public record SignalFilter(
    String strategy, Symbol symbol, Direction direction, int limit, String cursor) {}
