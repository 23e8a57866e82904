package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** An order. */
public record OrderShape(
    UUID orderId,
    String clientOrderId,
    UUID accountId,
    String symbol,
    Side side,
    String orderType,
    long quantity,
    BigDecimal price,
    BigDecimal triggerPrice,
    Product product,
    Validity validity,
    String tag,
    OrdStatus status,
    long filledQuantity,
    long leavesQuantity,
    BigDecimal averagePrice,
    Integer rejectCode,
    String rejectReason,
    Instant triggeredAt,
    Instant createdAt,
    Instant updatedAt)
    implements Shape {

  public static OrderShape of(OrderView order) {
    return new OrderShape(
        order.orderId(),
        order.clOrdId().value(),
        order.accountId().value(),
        order.symbol().value(),
        order.side(),
        order.ordType().code(),
        order.quantity().value(),
        Amounts.of(order.price()),
        Amounts.of(order.triggerPrice()),
        order.product(),
        order.validity(),
        order.tag(),
        order.status(),
        order.filledQuantity().value(),
        order.leavesQuantity().value(),
        Amounts.of(order.averagePrice()),
        order.rejectCode(),
        order.rejectReason(),
        order.triggeredAt(),
        order.createdAt(),
        order.updatedAt());
  }
}
