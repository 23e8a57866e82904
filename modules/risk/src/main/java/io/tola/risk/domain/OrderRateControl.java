package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * No more new orders in one second of the clock than the account's limit. Refused orders count:
 * they cost as much.
 *
 * <p>Source: SEBI SEBI/HO/MIRSD/MIRSD-PoD/P/CIR/2025/0000013 and NSE's implementation standards of 5
 * May 2025: above 10 orders a second per exchange and segment a retail client's orders are an
 * algorithm's and must be registered; RTS 6 (EU) 2017/589, art. 15(1)(d), maximum messages limits.
 */
public final class OrderRateControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    int limit = rules.limits().maxOrdersPerSecond();
    int orders = order.account().ordersThisSecond();
    return orders <= limit
        ? null
        : Refusals.of(
            RiskRejectCode.ORDER_RATE,
            "The account may place " + limit + " orders a second; this is number " + orders,
            "limit",
            limit,
            "value",
            orders);
  }
}
