package io.tola.trading.application;

import io.tola.kernel.Ids;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.trading.api.Product;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Closes MIS positions before the market does: cancels the working MIS orders, then places
 * MARKET IOC orders against what is held or owed, until nothing is.
 *
 * <p>Runs on every node; how much is still to be closed is worked out in the lane, under the
 * account's lock, so doing it twice closes nothing twice. Used by one thread.
 */
final class SquareOff {

  /** As much as a look sends, so that orders of clients find room beside it. */
  private static final int MOST = 1_000;

  private final OrderStore orders;
  private final MarketData market;
  private final Supplier<AccountBook> book;
  private final Consumer<Command> submit;
  private final SquareOffTime time;
  private final Clock clock;
  private final int most;

  /** Where the next look goes on: what can't be closed now must not keep the rest waiting. */
  private HoldingKey after;

  SquareOff(
      OrderStore orders,
      MarketData market,
      Supplier<AccountBook> book,
      Consumer<Command> submit,
      SquareOffTime time,
      Clock clock) {
    this(orders, market, book, submit, time, clock, MOST);
  }

  /**
   * @param most orders, and positions, that one look sends
   */
  SquareOff(
      OrderStore orders,
      MarketData market,
      Supplier<AccountBook> book,
      Consumer<Command> submit,
      SquareOffTime time,
      Clock clock,
      int most) {
    this.orders = orders;
    this.market = market;
    this.book = book;
    this.submit = submit;
    this.time = time;
    this.clock = clock;
    this.most = most;
  }

  /** Sends what is to be done now; returns how many commands. */
  int look() {
    if (!time.reached(clock.instant()) || !market.phase().continuous()) {
      return 0;
    }
    int sent = 0;
    for (OrderKey key : orders.workingOf(Product.MIS, most)) {
      submit.accept(new Command.GiveWay(key));
      sent++;
    }
    List<HoldingKey> holdings = book.get().openHoldings(Product.MIS, after, most);
    after = holdings.size() < most ? null : holdings.get(holdings.size() - 1);
    for (HoldingKey holding : holdings) {
      Optional<Instrument> instrument = market.instrument(holding.symbol());
      if (instrument.isPresent()) {
        submit.accept(new Command.SquareOff(Ids.next(), holding, instrument.get()));
        sent++;
      }
    }
    return sent;
  }
}
