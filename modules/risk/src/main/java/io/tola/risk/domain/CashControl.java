package io.tola.risk.domain;

import io.tola.kernel.Money;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * What an order would set aside is there to be set aside. An order that sets nothing aside passes
 * whatever the cash.
 *
 * <p>Source: SEBI's upfront collection of funds from clients in the cash segment; SEC Rule
 * 15c3-5(c)(1)(i), credit thresholds.
 */
public final class CashControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Money needed = order.cashNeeded();
    if (needed.value().signum() <= 0) {
      return null;
    }
    Money available = order.account().availableCash();
    return needed.compareTo(available) <= 0
        ? null
        : Refusals.of(
            RiskRejectCode.CASH,
            "The order needs " + needed + " in cash; " + available + " is available",
            "limit",
            available,
            "value",
            needed);
  }
}
