package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.portfolio.domain.NaiveBook;
import io.tola.portfolio.store.PortfolioRows;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.HoldingState;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The books on real PostgreSQL, as trading's pipeline uses them. */
class AccountLedgerTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant NOW = Instant.parse("2026-11-20T04:00:00.123456Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final OneTransaction transaction = new OneTransaction(DATABASE.appDataSource());
  private final AccountLedger ledger = new AccountLedger(transaction, CLOCK);
  private AccountId alice;
  private AccountId bob;

  @BeforeEach
  void openAccounts() {
    DATABASE.truncate();
    alice = openAccount("alice");
    bob = openAccount("bob");
  }

  @AfterEach
  void close() {
    transaction.close();
  }

  private static AccountId openAccount(String name) {
    AccountId id = new AccountId(Ids.next());
    new PortfolioRows(DATABASE.appDataSource())
        .insertAccounts(List.of(id), List.of(name), Money.of("1000000.00"), NOW);
    return id;
  }

  @Test
  void whatABatchBookedIsThereForTheNext() {
    UUID resting = Ids.next();
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    HoldingKey tcs = key(bob, "TCS", Product.MIS);
    batch(
        List.of(infy, tcs),
        List.of(),
        book -> {
          book.countOrder(alice, NOW);
          book.countOrder(alice, NOW);
          assertThat(book.nextSequence(alice)).isEqualTo(1);
          assertThat(book.nextSequence(alice)).isEqualTo(2);
          trade(book, infy, Side.BUY, 100, "1500.05");
          book.reserve(resting, infy, Side.BUY, Quantity.of(10), Price.of("1400"));
          trade(book, tcs, Side.SELL, 20, "3000");
        });

    batch(
        List.of(infy, tcs),
        List.of(resting),
        book -> {
          AccountState state = book.account(alice).orElseThrow();
          assertThat(state.open()).isTrue();
          assertThat(state.settledCash()).isEqualTo(Money.of("849995"));
          assertThat(state.blockedCash()).isEqualTo(Money.of("14000"));
          assertThat(state.openOrderValue()).isEqualTo(Money.of("14000"));
          assertThat(state.ordersThisSecond()).isEqualTo(2);
          assertThat(book.nextSequence(alice)).isEqualTo(3);
          assertThat(book.holding(infy)).isEqualTo(new HoldingState(infy, 100, 10, 0));
          assertThat(book.holding(tcs).quantity()).isEqualTo(-20);
          assertThat(book.account(bob).orElseThrow().blockedCash()).isEqualTo(Money.of("120000"));
          book.fill(
              new Fill(
                  Ids.next(), resting, infy, Side.BUY, Quantity.of(4), Price.of("1399.95"), NOW));
          assertThat(book.holding(infy)).isEqualTo(new HoldingState(infy, 104, 6, 0));
          book.release(resting);
          book.release(resting);
        });

    assertThat(longOf("SELECT count(*) FROM reservations")).isZero();
    assertThat(moneyOf("SELECT blocked_cash FROM accounts WHERE name = 'alice'"))
        .isEqualTo(Money.ZERO);
    assertThat(moneyOf("SELECT cost FROM positions WHERE symbol = 'INFY'"))
        .isEqualTo(Money.of("155604.80"));
    assertSound();
  }

  @Test
  void openHoldingsOfAProductComePageByPageEachOnce() {
    List<HoldingKey> mis = new ArrayList<>();
    for (AccountId account : List.of(alice, bob)) {
      for (String symbol : List.of("TCS", "INFY", "M&M")) {
        mis.add(key(account, symbol, Product.MIS));
      }
    }
    HoldingKey flat = key(alice, "ITC", Product.MIS);
    HoldingKey delivery = key(bob, "SBIN", Product.CNC);
    List<HoldingKey> all = new ArrayList<>(mis);
    all.addAll(List.of(flat, delivery));
    batch(
        all,
        List.of(),
        book -> {
          mis.forEach(holding -> trade(book, holding, Side.SELL, 2, "100"));
          trade(book, delivery, Side.BUY, 1, "100");
          trade(book, flat, Side.BUY, 1, "100");
          trade(book, flat, Side.SELL, 1, "100");
        });

    for (int most : List.of(1, 2, 3, 6, 100)) {
      List<HoldingKey> found = new ArrayList<>();
      List<HoldingKey> page = ledger.openHoldings(Product.MIS, null, most);
      while (page.size() == most) {
        found.addAll(page);
        page = ledger.openHoldings(Product.MIS, page.get(most - 1), most);
      }
      found.addAll(page);
      assertThat(found).as("pages of %s", most).containsExactlyInAnyOrderElementsOf(mis);
    }
  }

  @Test
  void orderFilledInItsBatchLeavesNoReservation() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    batch(List.of(infy), List.of(), book -> trade(book, infy, Side.BUY, 100, "1500"));

    assertThat(longOf("SELECT count(*) FROM reservations")).isZero();
    assertThat(longOf("SELECT count(*) FROM position_lots")).isEqualTo(1);
  }

  @Test
  void fillOfAnOrderThatSetNothingAsideIsBookedAllTheSame() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    batch(
        List.of(infy),
        List.of(),
        book ->
            book.fill(
                new Fill(
                    Ids.next(), Ids.next(), infy, Side.BUY, Quantity.of(3), Price.of("10"), NOW)));

    assertThat(moneyOf("SELECT settled_cash FROM accounts WHERE name = 'alice'"))
        .isEqualTo(Money.of("999970"));
    assertSound();
  }

  @Test
  void restingOrderIsFilledOverManyBatches() {
    HoldingKey infy = key(alice, "INFY", Product.MIS);
    UUID order = Ids.next();
    batch(
        List.of(infy),
        List.of(),
        book -> book.reserve(order, infy, Side.SELL, Quantity.of(90), Price.of("100.01")));
    for (int i = 0; i < 9; i++) {
      int n = i;
      batch(
          List.of(infy),
          List.of(order),
          book ->
              book.fill(
                  new Fill(
                      Ids.next(),
                      order,
                      infy,
                      Side.SELL,
                      Quantity.of(10),
                      Price.of("100." + (10 + n)),
                      NOW)));
      assertSound();
    }
    assertThat(longOf("SELECT quantity FROM positions")).isEqualTo(-90);
    assertThat(longOf("SELECT count(*) FROM reservations")).isZero();
  }

  @Test
  void orderThatIsChangedKeepsOneReservation() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    UUID order = Ids.next();
    batch(
        List.of(infy),
        List.of(),
        book -> book.reserve(order, infy, Side.BUY, Quantity.of(90), Price.of("100")));
    batch(
        List.of(infy),
        List.of(order),
        book -> {
          book.release(order);
          book.reserve(order, infy, Side.BUY, Quantity.of(50), Price.of("101"));
        });

    assertThat(moneyOf("SELECT cash FROM reservations")).isEqualTo(Money.of("5050"));
    assertSound();
  }

  @Test
  void onlyAsManyLotsAsWereClosedAreTakenFromALongQueue() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    NaiveBook naive = new NaiveBook();
    Random random = new Random(7);
    batch(
        List.of(infy),
        List.of(),
        book -> {
          for (int i = 0; i < 400; i++) {
            // Sizes differ widely, so that the first guess at how many lots to read falls short.
            long shares = i < 200 ? 1 : 1 + random.nextInt(20);
            String price = "10." + (10 + random.nextInt(80));
            trade(book, infy, Side.BUY, shares, price);
            naive.trade(shares, Price.of(price));
          }
        });
    for (int sale : new int[] {1, 150, 49, 1, 300, 7}) {
      batch(
          List.of(infy),
          List.of(),
          book -> {
            trade(book, infy, Side.SELL, sale, "12.00");
            naive.trade(-sale, Price.of("12.00"));
          });
      assertThat(moneyOf("SELECT cost FROM positions")).isEqualTo(naive.replay().cost());
      assertThat(moneyOf("SELECT realised_pnl FROM positions"))
          .isEqualTo(naive.replay().realisedPnl());
      assertSound();
    }
  }

  @Test
  void unknownAccountIsNotThereAndCantBeBookedOn() {
    AccountId nobody = new AccountId(Ids.next());
    HoldingKey infy = key(nobody, "INFY", Product.CNC);
    batch(
        List.of(infy),
        List.of(),
        book -> {
          assertThat(book.account(nobody)).isEmpty();
          assertThat(book.holding(infy).quantity()).isZero();
          assertThatThrownBy(() -> book.countOrder(nobody, NOW))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  void holdingThatWasNotAnnouncedIsReadWhenItIsTouched() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    batch(List.of(infy), List.of(), book -> trade(book, infy, Side.BUY, 100, "15"));

    BookSession book = transaction.open(ledger, List.of(alice), List.of(), List.of());
    assertThat(book.holding(infy).quantity()).isEqualTo(100);
    trade(book, infy, Side.SELL, 40, "16");
    transaction.flush(book);
    transaction.commit();

    assertThat(longOf("SELECT quantity FROM positions")).isEqualTo(60);
    assertSound();
  }

  @Test
  void reservationOfAnAccountThatIsNotLockedIsLeftAlone() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    UUID order = Ids.next();
    batch(
        List.of(infy),
        List.of(),
        book -> book.reserve(order, infy, Side.BUY, Quantity.of(9), Price.of("100")));

    BookSession book = transaction.open(ledger, List.of(bob), List.of(), List.of(order));
    book.release(order);
    transaction.flush(book);
    transaction.commit();

    assertThat(longOf("SELECT count(*) FROM reservations")).isEqualTo(1);
    assertSound();
  }

  @Test
  void nothingOfARolledBackBatchRemains() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    BookSession book = transaction.open(ledger, List.of(alice), List.of(infy), List.of());
    trade(book, infy, Side.BUY, 100, "15");
    transaction.flush(book);
    transaction.rollback();

    assertThat(longOf("SELECT count(*) FROM positions")).isZero();
    assertThat(moneyOf("SELECT settled_cash FROM accounts WHERE name = 'alice'"))
        .isEqualTo(Money.of("1000000"));
  }

  @Test
  void flushingTwiceWritesOnce() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    BookSession book = transaction.open(ledger, List.of(alice), List.of(infy), List.of());
    trade(book, infy, Side.BUY, 100, "15");
    transaction.flush(book);
    trade(book, infy, Side.SELL, 30, "16");
    transaction.flush(book);
    transaction.flush(book);
    transaction.commit();

    assertThat(longOf("SELECT quantity FROM position_lots")).isEqualTo(70);
    assertSound();
  }

  /** Random orders of two accounts, and the oracle after every batch. */
  @Test
  void randomBatchesLeaveTheBooksAsAReplayOfAllFillsDoes() {
    for (long seed = 1; seed <= 6; seed++) {
      DATABASE.truncate();
      alice = openAccount("alice");
      bob = openAccount("bob");
      new RandomTrader(new Random(seed), ledger, transaction, List.of(alice, bob)).run(40);
      assertSound();
    }
  }

  /** Each on its own connection, as two nodes; every batch locks both accounts. */
  @Test
  void manyConnectionsOnTheSameAccountsLeaveExactTotals() throws Exception {
    int workers = 4;
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      List<Callable<Map<HoldingKey, NaiveBook>>> work = new ArrayList<>();
      for (int w = 0; w < workers; w++) {
        long seed = 100L + w;
        // The accounts are named in different orders; the lock order must not depend on it.
        List<AccountId> order = w % 2 == 0 ? List.of(alice, bob) : List.of(bob, alice);
        work.add(
            () -> {
              try (OneTransaction own = new OneTransaction(DATABASE.appDataSource())) {
                RandomTrader trader =
                    new RandomTrader(new Random(seed), new AccountLedger(own, CLOCK), own, order);
                trader.run(60);
                return trader.fills;
              }
            });
      }
      List<Future<Map<HoldingKey, NaiveBook>>> done = pool.invokeAll(work);
      Map<AccountId, Money> cash = new HashMap<>();
      Map<HoldingKey, Long> shares = new HashMap<>();
      for (Future<Map<HoldingKey, NaiveBook>> fills : done) {
        fills
            .get()
            .forEach(
                (key, book) -> {
                  cash.merge(key.accountId(), book.replay().cash(), Money::plus);
                  shares.merge(key, book.replay().quantity(), Long::sum);
                });
      }
      for (AccountId account : List.of(alice, bob)) {
        assertThat(
                moneyOf("SELECT settled_cash FROM accounts WHERE account_id = '" + account + "'"))
            .isEqualTo(Money.of("1000000").plus(cash.getOrDefault(account, Money.ZERO)));
      }
      shares.forEach(
          (key, quantity) ->
              assertThat(
                      longOf(
                          "SELECT quantity FROM positions WHERE account_id = '"
                              + key.accountId()
                              + "' AND symbol = '"
                              + key.symbol()
                              + "' AND product = '"
                              + key.product()
                              + "'"))
                  .isEqualTo(quantity));
      assertThat(longOf("SELECT sum(event_sequence) FROM accounts"))
          .isEqualTo((long) workers * 60 * 2);
      assertSound();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void constraintsRefuseWhatTheBooksMustNeverHold() {
    HoldingKey infy = key(alice, "INFY", Product.CNC);
    HoldingKey tcs = key(alice, "TCS", Product.MIS);
    UUID order = Ids.next();
    batch(
        List.of(infy, tcs),
        List.of(),
        book -> {
          trade(book, infy, Side.BUY, 10, "100");
          trade(book, tcs, Side.SELL, 10, "100");
          book.reserve(order, infy, Side.BUY, Quantity.of(5), Price.of("90"));
        });
    String delivery = "UPDATE positions SET %s WHERE product = 'CNC'";
    String intraday = "UPDATE positions SET %s WHERE product = 'MIS'";
    refused("UPDATE accounts SET blocked_cash = -1", "accounts_blocked_not_negative");
    refused(
        "UPDATE accounts SET blocked_cash = settled_cash + 0.01",
        "accounts_blocked_within_settled");
    refused("UPDATE accounts SET open_order_value = -1", "accounts_open_order_value_not_negative");
    refused("UPDATE accounts SET name = 'same'", "accounts_name_unique");
    refused(delivery.formatted("quantity = -1, cost = -1"), "positions_cnc_never_short");
    refused(delivery.formatted("open_sell_quantity = 11"), "positions_cnc_sales_within_holding");
    refused(delivery.formatted("cost = -cost"), "positions_cost_has_sign_of_quantity");
    refused(delivery.formatted("next_lot = first_lot"), "positions_lots_where_shares");
    refused(intraday.formatted("cost = 0"), "positions_cost_has_sign_of_quantity");
    refused(
        intraday.formatted("open_sell_quantity = -1"), "positions_open_quantities_not_negative");
    refused(intraday.formatted("covering_quantity = 1"), "positions_covering_within_open_buys");
    refused(
        intraday.formatted("open_buy_quantity = 10, covering_quantity = 10"),
        "positions_collateral_only_for_unclaimed_shorts");
    refused(intraday.formatted("sale_margin = 1"), "positions_margin_only_for_uncovered_sales");
    refused(intraday.formatted("product = 'BO'"), "positions_product_known");
    refused("UPDATE position_lots SET quantity = 0", "position_lots_not_empty");
    refused("UPDATE position_lots SET price = 0", "position_lots_price_positive");
    refused("UPDATE reservations SET quantity = 0, cash = 0", "reservations_quantity_positive");
    refused("UPDATE reservations SET cash = cash - 0.01", "reservations_buy_has_its_cash");
    refused("UPDATE reservations SET cover_quantity = 6", "reservations_cover_within_quantity");
    refused("UPDATE reservations SET side = 'SELL'", "reservations_sale_has_no_cash");
    assertSound();
  }

  @Test
  void everyAccountIsLockedUntilTheTransactionEnds() throws Exception {
    BookSession book = transaction.open(ledger, List.of(alice), List.of(), List.of());
    book.countOrder(alice, NOW);
    try (Connection other = DATABASE.appDataSource().getConnection();
        Statement statement = other.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT 1 FROM accounts WHERE name = 'alice' FOR NO KEY UPDATE NOWAIT"))
          .isInstanceOf(SQLException.class);
      statement.execute("SELECT 1 FROM accounts WHERE name = 'bob' FOR NO KEY UPDATE NOWAIT");
    }
    transaction.flush(book);
    transaction.commit();
  }

  /** Reports insert rows that refer to accounts; neither they nor orders are to wait for the other. */
  @Test
  void rowsThatReferToALockedAccountAreInsertedMeanwhile() throws Exception {
    BookSession book = transaction.open(ledger, List.of(alice), List.of(), List.of());
    book.countOrder(alice, NOW);
    try (Connection other = DATABASE.appDataSource().getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("SET lock_timeout = '1s'");
      statement.execute(
          "INSERT INTO pnl_progress (account_id, sequence, updated_at)"
              + " SELECT account_id, 0, now() FROM accounts");
    }
    transaction.flush(book);
    transaction.commit();
  }

  private void batch(List<HoldingKey> holdings, List<UUID> resting, Consumer<BookSession> orders) {
    Collection<AccountId> accounts = holdings.stream().map(HoldingKey::accountId).toList();
    BookSession book = transaction.open(ledger, accounts, holdings, resting);
    orders.accept(book);
    transaction.flush(book);
    transaction.commit();
  }

  private static void trade(
      BookSession book, HoldingKey key, Side side, long shares, String price) {
    UUID order = Ids.next();
    book.reserve(order, key, side, Quantity.of(shares), Price.of(price));
    book.fill(new Fill(Ids.next(), order, key, side, Quantity.of(shares), Price.of(price), NOW));
    book.release(order);
  }

  private static HoldingKey key(AccountId account, String symbol, Product product) {
    return new HoldingKey(account, new Symbol(symbol), product);
  }

  /** All differences of v_account_integrity are zero. */
  private static void assertSound() {
    try (Connection connection = DATABASE.appDataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM v_account_integrity")) {
      int columns = row.getMetaData().getColumnCount();
      int accounts = 0;
      while (row.next()) {
        accounts++;
        for (int i = 3; i <= columns; i++) {
          assertThat(row.getBigDecimal(i))
              .as("%s of %s", row.getMetaData().getColumnName(i), row.getString(2))
              .isEqualByComparingTo(BigDecimal.ZERO);
        }
      }
      assertThat(accounts).isEqualTo(2);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(String sql, String constraint) {
    assertThatThrownBy(() -> DATABASE.execute(sql)).rootCause().hasMessageContaining(constraint);
  }

  private static long longOf(String sql) {
    return numberOf(sql).longValueExact();
  }

  private static Money moneyOf(String sql) {
    return new Money(numberOf(sql));
  }

  private static BigDecimal numberOf(String sql) {
    try (Connection connection = DATABASE.appDataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getBigDecimal(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Places, trades and cancels at random, as far as cash and shares allow. */
  private static final class RandomTrader {
    final Map<HoldingKey, NaiveBook> fills = new HashMap<>();
    private final Random random;
    private final AccountLedger ledger;
    private final OneTransaction transaction;
    private final List<AccountId> accounts;
    private final List<HoldingKey> keys = new ArrayList<>();

    /** Orders that rest, with what is left of them. */
    private final Map<UUID, Working> working = new HashMap<>();

    record Working(HoldingKey key, Side side, long left, Price price) {}

    RandomTrader(
        Random random, AccountLedger ledger, OneTransaction transaction, List<AccountId> accounts) {
      this.random = random;
      this.ledger = ledger;
      this.transaction = transaction;
      this.accounts = accounts;
      for (AccountId account : accounts) {
        for (String symbol : List.of("INFY", "TCS")) {
          for (Product product : Product.values()) {
            keys.add(key(account, symbol, product));
          }
        }
      }
    }

    void run(int batches) {
      for (int i = 0; i < batches; i++) {
        BookSession book = transaction.open(ledger, accounts, keys, List.copyOf(working.keySet()));
        accounts.forEach(book::nextSequence);
        for (int n = random.nextInt(20); n > 0; n--) {
          place(book);
          if (random.nextInt(3) == 0) {
            tradeOrCancel(book);
          }
        }
        transaction.flush(book);
        transaction.commit();
      }
    }

    private void place(BookSession book) {
      HoldingKey key = keys.get(random.nextInt(keys.size()));
      Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
      Quantity quantity = Quantity.of(1 + random.nextInt(400));
      Price price = new Price(BigDecimal.valueOf(900_000 + random.nextInt(200_000), 4));
      boolean shares =
          side == Side.BUY
              || key.product() != Product.CNC
              || quantity.value() <= book.holding(key).sellable();
      Money needed = book.cashNeeded(key, side, quantity, price);
      if (shares
          && needed.compareTo(book.account(key.accountId()).orElseThrow().availableCash()) <= 0) {
        UUID order = Ids.next();
        book.reserve(order, key, side, quantity, price);
        working.put(order, new Working(key, side, quantity.value(), price));
        if (random.nextBoolean()) {
          trade(book, order, quantity.value());
        }
      }
    }

    private void tradeOrCancel(BookSession book) {
      List<UUID> orders = working.keySet().stream().sorted().toList();
      if (orders.isEmpty()) {
        return;
      }
      UUID order = orders.get(random.nextInt(orders.size()));
      if (random.nextInt(3) == 0) {
        book.release(order);
        working.remove(order);
      } else {
        trade(book, order, 1 + random.nextInt((int) working.get(order).left()));
      }
    }

    private void trade(BookSession book, UUID order, long shares) {
      Working w = working.get(order);
      BigDecimal better = BigDecimal.valueOf(random.nextInt(10_000), 4);
      Price price =
          new Price(
              w.side() == Side.BUY
                  ? w.price().value().subtract(better)
                  : w.price().value().add(better));
      book.fill(new Fill(Ids.next(), order, w.key(), w.side(), Quantity.of(shares), price, NOW));
      fills
          .computeIfAbsent(w.key(), k -> new NaiveBook())
          .trade(w.side() == Side.BUY ? shares : -shares, price);
      if (w.left() == shares) {
        working.remove(order);
      } else {
        working.put(order, new Working(w.key(), w.side(), w.left() - shares, w.price()));
      }
    }
  }
}
