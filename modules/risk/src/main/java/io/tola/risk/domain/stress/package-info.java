/**
 * What a shock does to a portfolio: profits by position, time to sell, and what it would trip.
 *
 * <p>Calculations only. Changes are shares of a price (−0.2 is a fall by a fifth); profits are in
 * rupees, gains positive.
 */
package io.tola.risk.domain.stress;
