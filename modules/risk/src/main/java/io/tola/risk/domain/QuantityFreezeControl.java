package io.tola.risk.domain;

import io.tola.kernel.Quantity;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * No order above the instrument's freeze quantity.
 *
 * <p>Source: NSE quantity freeze; SEBI CIR/MRD/DP/09/2012, quantity limit check; RTS 6 (EU) 2017/589,
 * art. 15(1)(c), maximum order volumes.
 */
public final class QuantityFreezeControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Quantity limit = order.instrument().freezeQuantity();
    Quantity quantity = order.order().quantity();
    return quantity.compareTo(limit) <= 0
        ? null
        : Refusals.of(
            RiskRejectCode.QUANTITY_FREEZE,
            "Quantity " + quantity + " is above the freeze quantity of " + limit,
            "limit",
            limit,
            "value",
            quantity);
  }
}
