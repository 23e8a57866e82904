package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.trading.api.Execution;
import io.tola.trading.api.Side;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * Shares that changed hands.
 *
 * @param tradeId the id of the execution report that says so
 * @param value quantity by price
 */
public record TradeShape(
    UUID tradeId,
    UUID orderId,
    String clientOrderId,
    UUID accountId,
    String symbol,
    Side side,
    long quantity,
    BigDecimal price,
    BigDecimal value,
    Instant timestamp)
    implements Shape {

  public static TradeShape of(Execution execution) {
    return new TradeShape(
        execution.execId(),
        execution.orderId(),
        execution.clOrdId().value(),
        execution.accountId().value(),
        execution.symbol().value(),
        execution.side(),
        execution.lastQuantity().value(),
        Amounts.of(execution.lastPrice()),
        Amounts.of(execution.lastPrice().times(execution.lastQuantity())),
        execution.transactTime());
  }
}
