package io.tola.risk.domain;

import io.tola.kernel.Money;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * All working orders of the account and this one together stay within the limit, buys and sells
 * added up.
 *
 * <p>Source: SEBI CIR/MRD/DP/09/2012, client-level cumulative open order value check; SEBI
 * CIR/MRD/DP/34/2012, 5.2, cumulative limit on unexecuted orders; SEC Rule 15c3-5(c)(1)(i).
 */
public final class OpenOrderValueControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Money limit = rules.limits().maxOpenOrderValue();
    if (limit == null) {
      return null;
    }
    Money open = order.account().openOrderValue();
    Money total = open.plus(order.value());
    return total.compareTo(limit) <= 0
        ? null
        : Refusals.of(
            RiskRejectCode.OPEN_ORDER_VALUE,
            "Working orders of "
                + open
                + " and this one of "
                + order.value()
                + " are above the limit of "
                + limit
                + " together",
            "limit",
            limit,
            "value",
            total,
            "open_order_value",
            open);
  }
}
