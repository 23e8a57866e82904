package io.tola.risk.domain;

import io.tola.kernel.Money;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * No single order above the account's limit, valued at its worst price.
 *
 * <p>Source: SEBI CIR/MRD/DP/09/2012, order value check; SEBI CIR/MRD/DP/34/2012, 5.1: exchanges take
 * no order above 10 crore rupees, brokers set limits by client; RTS 6 (EU) 2017/589, art. 15(1)(b).
 */
public final class OrderValueControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Money limit = rules.limits().maxOrderValue();
    if (limit == null) {
      return null;
    }
    Money value = order.value();
    return value.compareTo(limit) <= 0
        ? null
        : Refusals.of(
            RiskRejectCode.ORDER_VALUE,
            "The order's value of " + value + " is above the limit of " + limit,
            "limit",
            limit,
            "value",
            value);
  }
}
