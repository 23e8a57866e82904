package io.tola.market.api;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * One listed share and the exchange's rules for trading it.
 *
 * @param symbol exchange symbol
 * @param isin ISO 6166 id, 12 characters
 * @param name the company
 * @param industry NSE's industry of the company
 * @param tickSize rupees; every price is a whole number of ticks
 * @param lotSize shares; every quantity is a whole number of lots (1 in cash equities)
 * @param priceBandPct how far from the previous close an order may be priced, in per cent; null
 *     where the exchange sets none
 * @param freezeQuantity largest quantity of one order
 * @param tradable false while suspended
 * @param asOf the date these facts were true
 */
public record Instrument(
    Symbol symbol,
    String isin,
    String name,
    String industry,
    BigDecimal tickSize,
    Quantity lotSize,
    BigDecimal priceBandPct,
    Quantity freezeQuantity,
    boolean tradable,
    LocalDate asOf) {

  /** The nearest price at or below {@code raw} on this instrument's grid. */
  public Price floorToTick(BigDecimal raw) {
    return Price.onGrid(raw, tickSize, java.math.RoundingMode.FLOOR);
  }

  /** The nearest price at or above {@code raw} on this instrument's grid. */
  public Price ceilToTick(BigDecimal raw) {
    return Price.onGrid(raw, tickSize, java.math.RoundingMode.CEILING);
  }
}
