package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.Side;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** One execution report of an order. */
public record ExecutionShape(
    UUID execId,
    UUID orderId,
    String clientOrderId,
    UUID accountId,
    long sequence,
    String symbol,
    Side side,
    ExecType execType,
    OrdStatus status,
    long lastQuantity,
    BigDecimal lastPrice,
    long filledQuantity,
    long leavesQuantity,
    BigDecimal averagePrice,
    String text,
    Instant timestamp)
    implements Shape {

  public static ExecutionShape of(Execution execution) {
    return new ExecutionShape(
        execution.execId(),
        execution.orderId(),
        execution.clOrdId().value(),
        execution.accountId().value(),
        execution.sequence(),
        execution.symbol().value(),
        execution.side(),
        execution.execType(),
        execution.ordStatus(),
        execution.lastQuantity().value(),
        Amounts.of(execution.lastPrice()),
        execution.cumQuantity().value(),
        execution.leavesQuantity().value(),
        Amounts.of(execution.averagePrice()),
        execution.text(),
        execution.transactTime());
  }
}
