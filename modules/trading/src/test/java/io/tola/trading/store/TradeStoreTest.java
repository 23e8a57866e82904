package io.tola.trading.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The trades of an account as those who reckon with them read them, on real PostgreSQL. */
class TradeStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final TradeStore store = new TradeStore(DATABASE.appDataSource());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @Test
  void tradesComeInOrderWithProductAndValueOfTheirOrder() {
    AccountId account = new AccountId(Ids.next());
    UUID order = Ids.next();
    DATABASE.execute(
        "INSERT INTO trading.orders (order_id, account_id, seen_at, created_at, updated_at, quantity,"
            + " cum_qty, leaves_qty, version, client_order_id, symbol, side, order_type, product,"
            + " validity, status, entered_by, worst_price, cum_value)"
            + " SELECT '%s', '%s', now(), now(), now(), 10, 7, 3, 3, 'c', 'ITC', 'SELL', 'MARKET',"
                .formatted(order, account)
            + " 'MIS', 'DAY', 'PARTIALLY_FILLED', 't', 90, 725");
    report(account, order, 3, "TRADE", 5, 7, "105", "725");
    report(account, order, 1, "NEW", 0, 0, null, "0");
    report(account, order, 2, "TRADE", 2, 2, "100", "200");
    report(new AccountId(Ids.next()), order, 2, "TRADE", 2, 2, "1", "2");

    assertThat(store.after(account, 0, 3)).extracting(Trade::sequence).containsExactly(2L, 3L);
    assertThat(store.after(account, 0, 2)).hasSize(1);
    assertThat(store.after(account, 3, 9)).isEmpty();
    assertThat(store.after(account, 2, 3))
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.accountId()).isEqualTo(account);
              assertThat(t.orderId()).isEqualTo(order);
              assertThat(t.product()).isEqualTo(Product.MIS);
              assertThat(t.side()).isEqualTo(Side.SELL);
              assertThat(t.quantity().value()).isEqualTo(5);
              assertThat(t.price()).isEqualTo(Price.of("105"));
              assertThat(t.orderValue()).isEqualTo(Money.of("725"));
            });
  }

  @Test
  void tradesOfAPeriodAreThoseFromItsBeginningToBeforeItsEndUpToTheSequence() {
    AccountId account = new AccountId(Ids.next());
    UUID order = Ids.next();
    DATABASE.execute(
        "INSERT INTO trading.orders (order_id, account_id, seen_at, created_at, updated_at, quantity,"
            + " cum_qty, leaves_qty, version, client_order_id, symbol, side, order_type, product,"
            + " validity, status, entered_by, worst_price, cum_value)"
            + " SELECT '%s', '%s', now(), now(), now(), 10, 7, 3, 3, 'c', 'ITC', 'SELL', 'MARKET',"
                .formatted(order, account)
            + " 'MIS', 'DAY', 'PARTIALLY_FILLED', 't', 90, 725");
    for (int i = 1; i <= 5; i++) {
      report(
          account,
          order,
          i,
          i == 3 ? "CANCELED" : "TRADE",
          i == 3 ? 0 : 1,
          5,
          i == 3 ? null : "9",
          "9");
    }
    DATABASE.execute(
        "UPDATE trading.executions SET transact_time = timestamptz '2026-01-01Z' + sequence * interval '1 day'");
    Instant first = Instant.parse("2026-01-02T00:00:00Z");
    Instant last = Instant.parse("2026-01-06T00:00:00Z");

    assertThat(store.between(account, first, last, 9, 10))
        .extracting(Trade::sequence)
        .containsExactly(1L, 2L, 4L);
    assertThat(store.between(account, first.plusNanos(1_000), last.plusNanos(1_000), 9, 10))
        .extracting(Trade::sequence)
        .containsExactly(2L, 4L, 5L);
    assertThat(store.between(account, first, last, 2, 10)).hasSize(2);
    assertThat(store.between(account, first, last, 9, 1))
        .singleElement()
        .satisfies(t -> assertThat(t.product()).isEqualTo(Product.MIS));
    assertThat(store.between(new AccountId(Ids.next()), first, last, 9, 10)).isEmpty();

    Symbol itc = new Symbol("ITC");
    assertThat(store.moved(account, itc, Product.MIS, first, 0, 9))
        .as("after the moment")
        .isEqualTo(new TradeFeed.Moved(-3, 3));
    assertThat(store.moved(account, itc, Product.MIS, first, 2, 4))
        .isEqualTo(new TradeFeed.Moved(-1, 1));
    assertThat(store.moved(account, itc, Product.CNC, first, 0, 9))
        .isEqualTo(new TradeFeed.Moved(0, 0));
    assertThat(store.moved(account, new Symbol("SBIN"), Product.MIS, first, 0, 9))
        .isEqualTo(new TradeFeed.Moved(0, 0));
  }

  private static void report(
      AccountId account,
      UUID order,
      int sequence,
      String type,
      int last,
      int cum,
      String price,
      String value) {
    DATABASE.execute(
        "INSERT INTO trading.executions (account_id, sequence, exec_id, order_id, transact_time,"
            + " last_qty, cum_qty, leaves_qty, symbol, side, exec_type, ord_status, last_px, cum_value)"
            + " VALUES ('%s', %d, '%s', '%s', now(), %d, %d, 3, 'ITC', 'SELL', '%s', 'NEW', %s, %s)"
                .formatted(account, sequence, Ids.next(), order, last, cum, type, price, value));
  }
}
