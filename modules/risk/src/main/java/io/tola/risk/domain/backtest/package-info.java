/**
 * Whether a value at risk kept its promise: statistical tests of how often and when losses exceeded
 * it.
 *
 * <p>Calculations only. An exceedance is a loss strictly larger than the VaR that was forecast for the
 * day; the tail is {@code 1 - confidence}. Every test states its null hypothesis, its distribution and
 * its source, and gives a p-value; none decides.
 */
package io.tola.risk.domain.backtest;
