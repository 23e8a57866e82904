package io.tola.risk.domain;

import io.tola.kernel.Price;
import io.tola.market.api.Quote;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.math.BigDecimal;

/**
 * Limit and trigger prices lie within the instrument's band around the previous close, both ends
 * included: previous close × (1 ± band / 100).
 *
 * <p>Where the exchange sets a band and there is no quote to know the previous close from, the order
 * is refused: a check that can't be made has not been passed.
 *
 * <p>Source: SEBI CIR/MRD/DP/09/2012, price check; SEBI CIR/MRD/DP/34/2012, section 6, dynamic price
 * bands that begin at 10 per cent of the previous close for shares with derivatives; RTS 6 (EU)
 * 2017/589, art. 15(1)(a).
 */
public final class PriceBandControl implements Control {

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    BigDecimal band = order.instrument().priceBandPct();
    Price price = order.order().price();
    Price trigger = order.order().triggerPrice();
    if (band == null || (price == null && trigger == null)) {
      return null;
    }
    Quote quote = order.quote();
    if (quote == null) {
      return Refusals.of(
          RiskRejectCode.NO_QUOTE,
          "There is no previous close of "
              + order.order().symbol()
              + " to hold the price band against",
          "symbol",
          order.order().symbol());
    }
    BigDecimal close = quote.previousClose().value();
    Refusal refusal = check("Price", price, close, band);
    return refusal != null ? refusal : check("Trigger price", trigger, close, band);
  }

  private static Refusal check(String what, Price price, BigDecimal close, BigDecimal band) {
    if (price == null) {
      return null;
    }
    // Both sides times a hundred: no division, nothing to round.
    BigDecimal scaled = price.value().multiply(HUNDRED);
    BigDecimal low = close.multiply(HUNDRED.subtract(band));
    BigDecimal high = close.multiply(HUNDRED.add(band));
    if (scaled.compareTo(low) >= 0 && scaled.compareTo(high) <= 0) {
      return null;
    }
    BigDecimal lowest = low.movePointLeft(2).stripTrailingZeros();
    BigDecimal highest = high.movePointLeft(2).stripTrailingZeros();
    return Refusals.of(
        RiskRejectCode.PRICE_BAND,
        what
            + " "
            + price
            + " is outside the band of "
            + lowest.toPlainString()
            + " to "
            + highest.toPlainString()
            + " ("
            + band.stripTrailingZeros().toPlainString()
            + "% around the previous close of "
            + close.toPlainString()
            + ")",
        "limit_low",
        lowest,
        "limit_high",
        highest,
        "value",
        price);
  }
}
