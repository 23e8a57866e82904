package io.tola.risk.domain;

import io.tola.kernel.Money;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.HoldingState;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.math.BigDecimal;

/**
 * The position (account, symbol, product) stays within the account's limits in shares and in rupees
 * even if every working order of the side fills: a buy counts towards the long side, a sale towards
 * the short side, so that an order that makes a too large position smaller always passes. Rupees are
 * at the order's worst price.
 *
 * <p>Source: SEC Rule 15c3-5(c)(1)(i), pre-set thresholds per customer; RTS 6 (EU) 2017/589, art.
 * 15(4), market and credit risk limits.
 */
public final class PositionLimitControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Long maxQuantity = rules.limits().maxPositionQuantity();
    Money maxValue = rules.limits().maxPositionValue();
    if (maxQuantity == null && maxValue == null) {
      return null;
    }
    HoldingState holding = order.holding();
    long quantity = order.openQuantity().value();
    long reached =
        order.order().side() == Side.BUY
            ? holding.quantity() + holding.openBuyQuantity() + quantity
            : -(holding.quantity() - holding.openSellQuantity() - quantity);
    if (reached <= 0) {
      return null;
    }
    String side = order.order().side() == Side.BUY ? "long" : "short";
    if (maxQuantity != null && reached > maxQuantity) {
      return Refusals.of(
          RiskRejectCode.POSITION_QUANTITY,
          "The position in "
              + order.order().symbol()
              + " could become "
              + reached
              + " shares "
              + side
              + "; the limit is "
              + maxQuantity,
          "limit",
          maxQuantity,
          "value",
          reached);
    }
    if (maxValue == null) {
      return null;
    }
    BigDecimal value = order.worstPrice().value().multiply(BigDecimal.valueOf(reached));
    return value.compareTo(maxValue.value()) <= 0
        ? null
        : Refusals.of(
            RiskRejectCode.POSITION_VALUE,
            "The position in "
                + order.order().symbol()
                + " could become worth "
                + value.toPlainString()
                + " "
                + side
                + "; the limit is "
                + maxValue,
            "limit",
            maxValue,
            "value",
            value);
  }
}
