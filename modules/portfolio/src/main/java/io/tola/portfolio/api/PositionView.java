package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A position as a reader sees it.
 *
 * @param quantity shares, negative when short, zero when closed
 * @param blockedQuantity shares set aside for working sell orders
 * @param averagePrice cost of the open lots by quantity, six decimals half even; null when closed
 * @param cost exact cost of the open lots; negative for a short position
 * @param realisedPnl profit of closed lots, first in first out, and dividends, over the position's
 *     life
 * @param lastPrice current market price, or null when there is no quote
 * @param marketValue quantity by last price; null when there is no quote
 * @param unrealisedPnl market value less cost; null when there is no quote
 * @param openedAt when it last became long or short; for one that never was, when it was made
 * @param lots open lots, oldest first; empty in lists, filled when one position is read
 */
public record PositionView(
    UUID positionId,
    AccountId accountId,
    Symbol symbol,
    Product product,
    long quantity,
    long blockedQuantity,
    BigDecimal averagePrice,
    Money cost,
    Money realisedPnl,
    Price lastPrice,
    Money marketValue,
    Money unrealisedPnl,
    Instant openedAt,
    Instant updatedAt,
    List<Lot> lots) {

  /**
   * Shares bought (or sold short) at one price and not closed yet.
   *
   * @param lotId the execution that opened it
   * @param quantity shares left, negative when short
   */
  public record Lot(UUID lotId, long quantity, Price price, Instant openedAt) {}
}
