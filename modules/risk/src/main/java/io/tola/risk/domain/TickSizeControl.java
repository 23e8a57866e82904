package io.tola.risk.domain;

import io.tola.kernel.Price;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.math.BigDecimal;

/**
 * Limit and trigger prices are whole numbers of ticks.
 *
 * <p>Source: NSE trading parameters, tick size.
 */
public final class TickSizeControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    BigDecimal tick = order.instrument().tickSize();
    Refusal refusal = check("Price", order.order().price(), tick);
    return refusal != null ? refusal : check("Trigger price", order.order().triggerPrice(), tick);
  }

  private static Refusal check(String what, Price price, BigDecimal tick) {
    return price == null || price.isOnGrid(tick)
        ? null
        : Refusals.of(
            RiskRejectCode.OFF_TICK,
            what + " " + price + " is not a multiple of the tick of " + new Price(tick),
            "limit",
            tick,
            "value",
            price);
  }
}
