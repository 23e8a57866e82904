package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * A closed account doesn't trade.
 *
 * <p>Source: RTS 6 (EU) 2017/589, art. 15(5): orders of whoever has no permission to trade are
 * blocked; SEC Rule 15c3-5(c)(2).
 */
public final class AccountOpenControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    return order.account().open()
        ? null
        : Refusals.of(
            RiskRejectCode.ACCOUNT_CLOSED, "The account is closed to trading", "open", false);
  }
}
