package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * Orders are entered only while the exchange takes them; orders without a price, and orders that
 * must trade at once, only in continuous trading.
 *
 * <p>Source: NSE trading parameters: no IOC in the pre-open session; market orders there trade at
 * the one opening price, which the paper venue doesn't find, so they are refused, not guessed.
 */
public final class SessionControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    var phase = order.phase();
    if (!phase.acceptsOrders()) {
      return Refusals.of(
          RiskRejectCode.SESSION_CLOSED,
          "The exchange takes no orders now: it is " + phase,
          "phase",
          phase);
    }
    if (phase.continuous()) {
      return null;
    }
    OrdType type = order.order().ordType();
    if (type == OrdType.MARKET
        || type == OrdType.SL_M
        || order.order().validity() == Validity.IOC) {
      return Refusals.of(
          RiskRejectCode.NOT_IN_CONTINUOUS_TRADING,
          "Only priced DAY orders are taken now: the exchange is in " + phase,
          "phase",
          phase);
    }
    return null;
  }
}
