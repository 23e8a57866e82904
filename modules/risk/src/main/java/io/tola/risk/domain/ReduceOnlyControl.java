package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.risk.api.TradingState.Mode;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.HoldingState;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * While the kill switch stands at REDUCE_ONLY an order may only make its position smaller, with the
 * working orders of the same side counted in, and never turn it round.
 *
 * <p>Source: SEBI CIR/MRD/DP/34/2012, section 7, risk reduction mode; RTS 6 (EU) 2017/589, art. 12.
 */
public final class ReduceOnlyControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    boolean platform = rules.platform() == Mode.REDUCE_ONLY;
    if (!platform && rules.account() != Mode.REDUCE_ONLY) {
      return null;
    }
    HoldingState holding = order.holding();
    long reducible =
        order.order().side() == Side.SELL
            ? holding.quantity() - holding.openSellQuantity()
            : -holding.quantity() - holding.openBuyQuantity();
    long quantity = order.openQuantity().value();
    if (quantity <= reducible) {
      return null;
    }
    return Refusals.of(
        platform ? RiskRejectCode.PLATFORM_REDUCE_ONLY : RiskRejectCode.ACCOUNT_REDUCE_ONLY,
        "Only orders that make a position smaller are taken "
            + (platform ? "on the platform" : "from this account")
            + " now: at most "
            + Math.max(0, reducible)
            + " shares of "
            + order.order().symbol()
            + ", not "
            + quantity,
        "limit",
        Math.max(0, reducible),
        "value",
        quantity);
  }
}
