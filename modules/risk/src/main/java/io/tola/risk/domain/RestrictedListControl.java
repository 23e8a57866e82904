package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * Symbols that nobody, or this account, may trade: insider lists, sanctions, regulator's orders.
 *
 * <p>Source: SEC Rule 15c3-5(c)(2)(ii), securities a customer is restricted from trading; RTS 6 (EU)
 * 2017/589, art. 15(5).
 */
public final class RestrictedListControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    String symbol = order.order().symbol().value();
    if (rules.restricted().contains(symbol)) {
      return Refusals.of(
          RiskRejectCode.SYMBOL_RESTRICTED,
          symbol + " is restricted on this platform",
          "symbol",
          symbol);
    }
    if (rules.limits().restrictedSymbols().contains(symbol)) {
      return Refusals.of(
          RiskRejectCode.SYMBOL_RESTRICTED_FOR_ACCOUNT,
          symbol + " is restricted for this account",
          "symbol",
          symbol);
    }
    return null;
  }
}
