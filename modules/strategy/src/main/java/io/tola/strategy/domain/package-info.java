/**
 * The strategies that are shipped, what a backtest does with one, and how settings are judged.
 *
 * <p>Calculations only: no clock, no table, no cache, no order. Indicators are ta4j's, in its exact
 * decimals, so that equal prices give equal averages and no cross is made by rounding.
 */
package io.tola.strategy.domain;
