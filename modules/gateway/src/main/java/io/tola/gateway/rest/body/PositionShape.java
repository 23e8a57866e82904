package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.PositionView;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A position.
 *
 * @param quantity shares, negative when short
 * @param lots open lots, oldest first; empty in lists
 */
public record PositionShape(
    UUID positionId,
    UUID accountId,
    String symbol,
    Product product,
    long quantity,
    long blockedQuantity,
    BigDecimal averagePrice,
    BigDecimal cost,
    BigDecimal realisedPnl,
    BigDecimal lastPrice,
    BigDecimal marketValue,
    BigDecimal unrealisedPnl,
    Instant openedAt,
    Instant updatedAt,
    List<LotShape> lots)
    implements Shape {

  /** Shares bought or sold short at one price and not closed yet. */
  public record LotShape(UUID lotId, long quantity, BigDecimal price, Instant openedAt) {}

  public static PositionShape of(PositionView position) {
    return new PositionShape(
        position.positionId(),
        position.accountId().value(),
        position.symbol().value(),
        position.product(),
        position.quantity(),
        position.blockedQuantity(),
        Amounts.of(position.averagePrice()),
        Amounts.of(position.cost()),
        Amounts.of(position.realisedPnl()),
        Amounts.of(position.lastPrice()),
        Amounts.of(position.marketValue()),
        Amounts.of(position.unrealisedPnl()),
        position.openedAt(),
        position.updatedAt(),
        position.lots().stream()
            .map(
                lot ->
                    new LotShape(lot.lotId(), lot.quantity(), lot.price().value(), lot.openedAt()))
            .toList());
  }
}
