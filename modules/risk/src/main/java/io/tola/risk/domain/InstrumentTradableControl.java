package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * A suspended instrument doesn't trade.
 *
 * <p>Source: NSE capital market regulations on suspension of a security; SEC Rule 15c3-5(c)(2)(i).
 */
public final class InstrumentTradableControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    return order.instrument().tradable()
        ? null
        : Refusals.of(
            RiskRejectCode.INSTRUMENT_NOT_TRADABLE,
            order.order().symbol() + " is suspended from trading",
            "symbol",
            order.order().symbol());
  }
}
