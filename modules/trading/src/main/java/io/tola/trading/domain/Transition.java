package io.tola.trading.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.OrdStatus;
import java.math.BigDecimal;

/**
 * One step in an order's life, as the execution report about it will say. It has no number and no
 * time yet: those belong to the account's report sequence and to the batch.
 *
 * @param execType what happened
 * @param status OrdStatus after it
 * @param lastQuantity LastQty; zero unless TRADE
 * @param lastPrice LastPx; null unless TRADE
 * @param cumQuantity CumQty after it
 * @param leavesQuantity LeavesQty after it
 * @param cumValue exact value of all fills after it, rupees
 * @param text the reason of a rejection or cancellation; null otherwise
 */
public record Transition(
    ExecType execType,
    OrdStatus status,
    Quantity lastQuantity,
    Price lastPrice,
    Quantity cumQuantity,
    Quantity leavesQuantity,
    BigDecimal cumValue,
    String text) {

  /** AvgPx after this step; null before the first fill. */
  public BigDecimal averagePrice() {
    return Order.averagePrice(cumValue, cumQuantity);
  }
}
