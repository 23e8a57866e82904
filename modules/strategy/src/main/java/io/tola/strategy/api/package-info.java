/**
 * What other modules may ask of strategies: the catalogue and its settings, signals, runs, backtests.
 *
 * <p>Interfaces and immutable records only; no indicator, cache or table shows through. What a strategy
 * itself implements is in {@code spi}.
 */
package io.tola.strategy.api;
