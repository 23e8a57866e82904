package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * A quantity is a positive whole number of lots.
 *
 * <p>Source: NSE trading parameters, market lot (1 in cash equities).
 */
public final class LotControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    long lot = order.instrument().lotSize().value();
    long quantity = order.order().quantity().value();
    return quantity > 0 && quantity % lot == 0
        ? null
        : Refusals.of(
            RiskRejectCode.ODD_LOT,
            "Quantity " + quantity + " is not a positive multiple of the lot of " + lot,
            "limit",
            lot,
            "value",
            quantity);
  }
}
