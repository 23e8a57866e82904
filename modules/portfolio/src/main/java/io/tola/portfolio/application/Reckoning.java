package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.domain.FeeSchedule;
import io.tola.portfolio.domain.PnlBook;
import io.tola.portfolio.domain.PnlDay;
import io.tola.portfolio.store.PnlStore;
import io.tola.portfolio.store.PnlStore.DayKey;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows an account's trades: books them by both methods, charges them, adds them to their days. In
 * the caller's transaction, which holds the account's reckoning locked until it ends.
 */
final class Reckoning {

  /** A day is a day of the exchange. */
  static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

  private final PnlStore store;
  private final TradeFeed trades;
  private final Clock clock;

  Reckoning(PnlStore store, TradeFeed trades, Clock clock) {
    this.store = store;
    this.trades = trades;
    this.clock = clock;
  }

  /**
   * Reckons a page of trades.
   *
   * @param upTo the account's last sequence, read before
   * @return whether all of them up to there are reckoned
   */
  boolean advance(AccountId account, long upTo) {
    Instant now = clock.instant();
    long done = store.lock(account, now);
    if (done < upTo) {
      List<Trade> page = trades.after(account, done, upTo);
      boolean last = page.size() < TradeFeed.MOST;
      book(account, page, last ? upTo : page.get(page.size() - 1).sequence(), now);
      if (!last) {
        return false;
      }
    }
    store.adoptStrangers(account);
    return true;
  }

  private void book(AccountId account, List<Trade> page, long sequence, Instant now) {
    Map<PositionKey, PnlBook> books = new HashMap<>();
    Map<DayKey, PnlDay> days = new HashMap<>();
    if (!page.isEmpty()) {
      FeeSchedule fees = store.fees();
      Set<PositionKey> touched = new LinkedHashSet<>();
      for (Trade trade : page) {
        touched.add(key(trade));
      }
      for (PnlBook book : store.books(account, touched)) {
        books.put(new PositionKey(account, book.symbol(), book.product()), book);
      }
      for (Trade trade : page) {
        book(trade, books, days, fees);
      }
    }
    store.write(account, books.values(), days, sequence, now);
  }

  private static void book(
      Trade trade, Map<PositionKey, PnlBook> books, Map<DayKey, PnlDay> days, FeeSchedule fees) {
    boolean buy = trade.side() == Side.BUY;
    String product = trade.product().name();
    DayKey day = new DayKey(trade.tradedAt().atZone(INDIA).toLocalDate(), trade.symbol(), product);
    PnlBook.Realised realised =
        books
            .computeIfAbsent(key(trade), k -> new PnlBook(trade.symbol(), product))
            .trade(buy, trade.quantity().value(), trade.price());
    Money value = trade.price().times(trade.quantity());
    Charges charges =
        fees.of(FeeSchedule.Segment.ofProduct(product), buy, day.day(), value, trade.orderValue());
    days.computeIfAbsent(day, k -> new PnlDay())
        .add(buy, trade.quantity().value(), value, realised, charges);
  }

  private static PositionKey key(Trade trade) {
    return new PositionKey(trade.accountId(), trade.symbol(), trade.product().name());
  }
}
