/**
 * What a portfolio may lose: value at risk and expected shortfall of positions whose value moves in
 * proportion to a price.
 *
 * <p>Calculations only: no clock, no table, no bar, no decimal of a book. Doubles, because a figure
 * of risk is an estimate; whoever books money doesn't look here. Every class says its conventions,
 * and all share these: profit and loss in rupees, gains positive; VaR and ES positive for a loss;
 * the tail is {@code 1 - confidence}.
 */
package io.tola.risk.domain.value;
