package io.tola.strategy.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import io.tola.trading.api.Product;
import java.time.Instant;
import java.util.List;

/**
 * A wish to hear what a strategy says now, or said at an earlier moment.
 *
 * @param strategy its name
 * @param symbols 1 to 50
 * @param interval the bars to look at; null for the strategy's own
 * @param asOf only bars that had ended by then; null for now
 * @param autoTrade how to act on what it says, or null to listen only
 * @param user who asks
 */
public record RunStrategy(
    String strategy,
    List<Symbol> symbols,
    Interval interval,
    Instant asOf,
    AutoTrade autoTrade,
    String user) {

  /**
   * One market order for each BUY and SELL, none for HOLD. Paper money only; the same controls as for
   * any order.
   *
   * @param account the caller's; that it is, is the door's word
   * @param quantity shares of each order
   * @param product how a position is carried
   */
  public record AutoTrade(AccountId account, Quantity quantity, Product product) {}
}
