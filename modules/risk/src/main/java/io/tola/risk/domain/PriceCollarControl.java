package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A market order may not be able to trade further from the last price than the account's collar:
 * |worst price − last| ≤ last × collar / 100. For SL-M the trigger price stands for the last price.
 *
 * <p>Source: NSE circulars on pre-trade risk controls of 2022, market price protection around the
 * last traded price; RTS 6 (EU) 2017/589, art. 15(1)(a), price collars.
 */
public final class PriceCollarControl implements Control {

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    BigDecimal collar = rules.limits().priceCollarPct();
    OrdType type = order.order().ordType();
    if (collar == null || (type != OrdType.MARKET && type != OrdType.SL_M)) {
      return null;
    }
    // A stop trades when its trigger is reached, so that is the last price it will meet.
    BigDecimal last =
        type == OrdType.SL_M ? order.order().triggerPrice().value() : order.quote().last().value();
    BigDecimal distance = order.worstPrice().value().subtract(last).abs();
    if (distance.multiply(HUNDRED).compareTo(last.multiply(collar)) <= 0) {
      return null;
    }
    // Up, so that what is said is never within the limit.
    BigDecimal percent = distance.multiply(HUNDRED).divide(last, 4, RoundingMode.UP);
    return Refusals.of(
        RiskRejectCode.PRICE_COLLAR,
        "The order could trade at "
            + order.worstPrice()
            + ", "
            + percent.toPlainString()
            + "% from the "
            + (type == OrdType.SL_M ? "trigger" : "last")
            + " price of "
            + last.toPlainString()
            + "; the collar is "
            + collar.stripTrailingZeros().toPlainString()
            + "%",
        "limit",
        collar,
        "value",
        percent,
        "worst_price",
        order.worstPrice(),
        type == OrdType.SL_M ? "trigger_price" : "last_price",
        last);
  }
}
