package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.RejectCode;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Samples;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {

  /** The numbers of the reports in the messages to publish, in their order. */
  private static final String PUBLISHED =
      "SELECT r ->> 'sequence' FROM outbox o, unnest(o.payloads) WITH ORDINALITY AS m(payload, at),"
          + " json_array_elements(m.payload::json -> 'reports') WITH ORDINALITY AS j(r, n)"
          + " ORDER BY o.id, m.at, n";

  private static final TradingFixture FIXTURE = new TradingFixture();

  @BeforeEach
  void reset() {
    FIXTURE.reset();
    FIXTURE.quote("99.95", 100, "100.05", 100);
  }

  private static PlaceOrder tagged(PlaceOrder o, String tag) {
    return new PlaceOrder(
        o.clOrdId(),
        o.accountId(),
        o.symbol(),
        o.side(),
        o.ordType(),
        o.quantity(),
        o.price(),
        o.triggerPrice(),
        o.product(),
        o.validity(),
        tag,
        o.user());
  }

  private static PlaceOrder ioc(String id, OrdType type, long quantity, String price) {
    return Samples.order(id, Samples.ACCOUNT, Side.BUY, type, quantity, price, Validity.IOC);
  }

  private static ProblemCode problem(PlaceOutcome outcome) {
    return ((PlaceOutcome.Failed) outcome).problem().code();
  }

  @Test
  void marketOrderFillsAtTheTouchAndIsStoredBookedAuditedAndQueuedInOneCommit() throws Exception {
    int commits = FIXTURE.transactions.commits.get();
    OrderView order = FIXTURE.placed(Samples.market("c-1", Side.BUY, 10));

    assertThat(FIXTURE.transactions.commits.get()).isEqualTo(commits + 1);
    assertThat(order.status()).isEqualTo(OrdStatus.FILLED);
    assertThat(order.averagePrice()).isEqualTo(new BigDecimal("100.05"));
    assertThat(order.leavesQuantity()).isEqualTo(Quantity.ZERO);
    assertThat(FIXTURE.stored(order.orderId())).isEqualTo(order);
    assertThat(FIXTURE.executions.ofOrder(order.orderId()))
        .extracting(Execution::execType)
        .containsExactly(ExecType.NEW, ExecType.TRADE);
    assertThat(FIXTURE.rows("SELECT shares || ' ' || cash FROM book_accounts ORDER BY account_id"))
        .containsExactly("10 998999.50", "0 1000000.00");
    assertThat(FIXTURE.rows("SELECT action FROM trail")).containsExactly("order_placed");
    assertThat(FIXTURE.rows(PUBLISHED)).containsExactly("1", "2");
    assertThat(FIXTURE.rows("SELECT messages::text FROM outbox")).containsExactly("1");
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void marketOrderLargerThanTheDisplayRestsAtTheProtectionPriceAndFillsOnTheNextQuotes()
      throws Exception {
    OrderView order = FIXTURE.placed(Samples.market("c-1", Side.BUY, 250));
    assertThat(order.status()).isEqualTo(OrdStatus.PARTIALLY_FILLED);
    assertThat(order.filledQuantity()).isEqualTo(Quantity.of(100));
    assertThat(FIXTURE.rows("SELECT worst_price::text FROM orders")).containsExactly("101.05");
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("150");

    assertThat(FIXTURE.matched(order, FIXTURE.quote("100.95", 9, "101.10", 100))).isFalse();
    assertThat(FIXTURE.matched(order, FIXTURE.quote("100.95", 9, "101.05", 100))).isTrue();
    assertThat(FIXTURE.matched(order, FIXTURE.quote("100.00", 9, "100.10", 100))).isTrue();

    OrderView filled = FIXTURE.stored(order.orderId());
    assertThat(filled.status()).isEqualTo(OrdStatus.FILLED);
    // (100 × 100.05 + 100 × 101.05 + 50 × 100.10) / 250
    assertThat(filled.averagePrice()).isEqualTo(new BigDecimal("100.46"));
    assertThat(FIXTURE.count("book_reservations")).isZero();
    assertThat(FIXTURE.rows("SELECT action FROM trail ORDER BY at"))
        .containsExactly("order_placed", "order_filled", "order_filled");
  }

  @Test
  void oneQuoteFillsAnOrderOnlyOnce() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 250, "100.00"));
    Quote cross = FIXTURE.quote("99.90", 9, "99.95", 100);
    assertThat(FIXTURE.matched(order, cross)).isTrue();
    String before = FIXTURE.everything();
    assertThat(FIXTURE.matched(order, cross)).isFalse();
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void quoteFromBeforeTheOrderDoesNotFillIt() throws Exception {
    Quote old = FIXTURE.quote("99.00", 100, "99.05", 100);
    FIXTURE.quote("99.95", 100, "100.05", 100);
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.matched(order, old)).isFalse();
  }

  @Test
  void restingSaleFillsAtTheBidThatCrossesIt() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.SELL, 10, "101.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.matched(order, FIXTURE.quote("101.20", 100, "101.30", 100))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).averagePrice()).isEqualTo(new BigDecimal("101.20"));
  }

  @Test
  void iocRestIsCanceledAndReservesNothing() throws Exception {
    OrderView order = FIXTURE.placed(ioc("c-1", OrdType.LIMIT, 150, "100.05"));
    assertThat(order.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(order.filledQuantity()).isEqualTo(Quantity.of(100));
    assertThat(FIXTURE.executions.ofOrder(order.orderId()))
        .extracting(Execution::execType)
        .containsExactly(ExecType.NEW, ExecType.TRADE, ExecType.CANCELED);
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void iocThatIsNotMarketableEndsUnfilled() throws Exception {
    OrderView order = FIXTURE.placed(ioc("c-1", OrdType.LIMIT, 10, "99.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(order.averagePrice()).isNull();
  }

  @Test
  void refusedOrderIsStoredRejectedWithCodeAndReason() throws Exception {
    OrderView order =
        FIXTURE.placed(tagged(Samples.market("c-1", Side.BUY, 10), TradingFixture.REFUSED));
    assertThat(order.status()).isEqualTo(OrdStatus.REJECTED);
    assertThat(order.rejectCode()).isEqualTo(2999);
    assertThat(order.rejectReason()).isEqualTo("The test refuses it");
    assertThat(FIXTURE.rows("SELECT action FROM trail")).containsExactly("order_rejected");
    assertThat(FIXTURE.rows("SELECT shares::text FROM book_accounts")).containsOnly("0");
  }

  @Test
  void marketOrderWithoutAQuoteIsRejectedAndALimitOrderRests() throws Exception {
    FIXTURE.market.current.clear();
    OrderView market = FIXTURE.placed(Samples.market("c-1", Side.BUY, 10));
    assertThat(market.rejectCode()).isEqualTo(RejectCode.NO_QUOTE_FOR_MARKET_ORDER.number());
    OrderView limit = FIXTURE.placed(Samples.limit("c-2", Side.BUY, 10, "200.00"));
    assertThat(limit.status()).isEqualTo(OrdStatus.NEW);
  }

  @Test
  void quoteThatIsTooOldIsNotTradedOn() throws Exception {
    FIXTURE.time.updateAndGet(t -> t.plus(Duration.ofMinutes(2)));
    assertThat(FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "200.00")).status())
        .isEqualTo(OrdStatus.NEW);
  }

  @Test
  void nothingTradesOutsideContinuousTrading() throws Exception {
    FIXTURE.market.phase = SessionPhase.PRE_OPEN;
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "200.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.matched(order, FIXTURE.quote("99.95", 100, "100.05", 100))).isFalse();
    FIXTURE.market.phase = SessionPhase.OPEN;
    assertThat(FIXTURE.matched(order, FIXTURE.quote("99.95", 100, "100.05", 100))).isTrue();
  }

  @Test
  void unknownOrClosedAccountIsAnsweredAndNothingIsStored() throws Exception {
    AccountId unknown = new AccountId(Ids.next());
    AccountId closed = new AccountId(Ids.next());
    FIXTURE.account(closed, false);
    for (AccountId account : List.of(unknown, closed)) {
      PlaceOutcome outcome =
          FIXTURE.outcome(
              Samples.order("c-1", account, Side.BUY, OrdType.MARKET, 1, null, Validity.DAY));
      assertThat(problem(outcome)).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND);
    }
    assertThat(FIXTURE.count("orders")).isZero();
  }

  @Test
  void repeatedOrderIsAnsweredAsItStandsNowAndChangesNothing() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    FIXTURE.matched(order, FIXTURE.quote("99.90", 9, "99.95", 4));
    String before = FIXTURE.everything();
    PlaceOutcome again = FIXTURE.outcome(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    assertThat(again).isInstanceOf(PlaceOutcome.Repeated.class);
    assertThat(((PlaceOutcome.Repeated) again).order()).isEqualTo(FIXTURE.stored(order.orderId()));
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void differentOrderUnderAUsedIdIsRefusedAndNotStored() throws Exception {
    FIXTURE.placed(Samples.market("c-1", Side.BUY, 10));
    assertThat(problem(FIXTURE.outcome(Samples.market("c-1", Side.BUY, 11))))
        .isEqualTo(ProblemCode.CLORDID_REUSED);
    assertThat(FIXTURE.count("orders")).isEqualTo(1);
  }

  @Test
  void idsOfDifferentAccountsDoNotMeet() throws Exception {
    FIXTURE.placed(Samples.market("c-1", Side.BUY, 10));
    PlaceOutcome other =
        FIXTURE.outcome(
            Samples.order(
                "c-1", Samples.OTHER_ACCOUNT, Side.SELL, OrdType.MARKET, 3, null, Validity.DAY));
    assertThat(other).isInstanceOf(PlaceOutcome.Placed.class);
  }

  @Test
  void duplicatesWithinOneBatchAreOneOrder() throws Exception {
    Command.Place first = FIXTURE.place(Samples.market("c-1", Side.BUY, 10));
    Command.Place same = FIXTURE.place(Samples.market("c-1", Side.BUY, 10));
    Command.Place different = FIXTURE.place(Samples.market("c-1", Side.SELL, 10));
    FIXTURE.batch(List.of(first, same, different));
    assertThat(first.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    assertThat(((PlaceOutcome.Repeated) same.answer().get()).order())
        .isEqualTo(((PlaceOutcome.Placed) first.answer().get()).order());
    assertThat(problem(different.answer().get())).isEqualTo(ProblemCode.CLORDID_REUSED);
    assertThat(FIXTURE.count("orders")).isEqualTo(1);
  }

  @Test
  void orderWhoseCommitWasNotHeardOfIsFoundAgainAsPlaced() throws Exception {
    Command.Place command = FIXTURE.place(Samples.market("c-1", Side.BUY, 10));
    FIXTURE.transactions.afterCommit =
        () -> {
          throw new SQLException("connection lost", "08006");
        };
    assertThatThrownBy(() -> FIXTURE.processor.process(List.of(command)))
        .isInstanceOf(Transactions.CommitFault.class);
    FIXTURE.transactions.afterCommit = () -> {};
    FIXTURE.batch(List.of(command));
    assertThat(command.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    assertThat(FIXTURE.count("orders")).isEqualTo(1);
  }

  @Test
  void rehearsalLeavesNothing() throws Exception {
    String before = FIXTURE.everything();
    assertThat(FIXTURE.processor.rehearse()).isTrue();
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void rehearsalFailsWhereOrdersWould() {
    FIXTURE.transactions.onConnect =
        () -> {
          throw new SQLException("Connection refused", "08001");
        };
    assertThatThrownBy(() -> FIXTURE.processor.rehearse()).isInstanceOf(SQLException.class);
  }

  @Test
  void failedBatchLeavesNothing() {
    String before = FIXTURE.everything();
    Command.Place good = FIXTURE.place(Samples.market("c-1", Side.BUY, 10));
    Command.Place bad =
        FIXTURE.place(tagged(Samples.market("c-2", Side.BUY, 10), TradingFixture.BROKEN));
    assertThatThrownBy(() -> FIXTURE.processor.process(List.of(good, bad)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(good.isAnswered()).isFalse();
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void cancelEndsAWorkingOrderOnceAndFreesWhatItReserved() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    assertThat(FIXTURE.count("book_reservations")).isEqualTo(1);
    OrderView canceled = FIXTURE.canceled(order.orderId());
    assertThat(canceled.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(FIXTURE.count("book_reservations")).isZero();
    String before = FIXTURE.everything();
    assertThat(FIXTURE.canceled(order.orderId())).isEqualTo(canceled);
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void filledOrderCanNotBeCanceled() throws Exception {
    OrderView order = FIXTURE.placed(Samples.market("c-1", Side.BUY, 10));
    assertThatThrownBy(() -> FIXTURE.canceled(order.orderId()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.ORDER_NOT_CANCELABLE));
  }

  @Test
  void anotherAccountsOrderCanNotBeFoundToCancel() throws Exception {
    OrderView other =
        FIXTURE.placed(
            Samples.order(
                "c-1", Samples.OTHER_ACCOUNT, Side.BUY, OrdType.LIMIT, 10, "99.00", Validity.DAY));
    for (java.util.UUID id : List.of(other.orderId(), Ids.next())) {
      assertThatThrownBy(() -> FIXTURE.canceled(id))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.code()).isEqualTo(ProblemCode.ORDER_NOT_FOUND));
    }
    assertThat(FIXTURE.stored(other.orderId()).status()).isEqualTo(OrdStatus.NEW);
  }

  @Test
  void matchAndCancelInOneBatchTakeEffectInTheirOrder() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    Quote cross = FIXTURE.quote("99.90", 9, "99.95", 4);
    Command.Match match = FIXTURE.match(order, cross);
    Command.Cancel cancel = FIXTURE.cancel(order.orderId());
    FIXTURE.batch(List.of(match, cancel));
    assertThat(match.answer().get()).isTrue();
    OrderView ended = cancel.answer().get();
    assertThat(ended.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(ended.filledQuantity()).isEqualTo(Quantity.of(4));
    assertThat(FIXTURE.executions.ofOrder(order.orderId()))
        .extracting(Execution::execType)
        .containsExactly(ExecType.NEW, ExecType.TRADE, ExecType.CANCELED);
  }

  @Test
  void dayOrderExpiresOnlyWhenTheMarketHasClosed() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    FIXTURE.batch(List.of(FIXTURE.expire(order)));
    assertThat(FIXTURE.stored(order.orderId()).status()).isEqualTo(OrdStatus.NEW);
    FIXTURE.market.phase = SessionPhase.CLOSED;
    FIXTURE.batch(List.of(FIXTURE.expire(order)));
    assertThat(FIXTURE.stored(order.orderId()).status()).isEqualTo(OrdStatus.EXPIRED);
    assertThat(FIXTURE.count("book_reservations")).isZero();
    assertThat(FIXTURE.rows("SELECT actor FROM trail ORDER BY at")).endsWith("system");
  }

  @Test
  void reportsOfAnAccountAreNumberedWithoutGaps() throws Exception {
    List<Command.Place> commands = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      commands.add(FIXTURE.place(Samples.market("c-" + i, i % 2 == 0 ? Side.BUY : Side.SELL, 1)));
    }
    FIXTURE.batch(commands);
    List<String> numbers = new ArrayList<>();
    for (int i = 1; i <= 80; i++) {
      numbers.add(String.valueOf(i));
    }
    assertThat(FIXTURE.rows("SELECT sequence::text FROM executions e ORDER BY e.sequence"))
        .isEqualTo(numbers);
    assertThat(FIXTURE.rows(PUBLISHED)).isEqualTo(numbers);
    assertThat(FIXTURE.rows("SELECT unnest(sequences)::text FROM outbox"))
        .containsExactly("1", "51");
  }

  @Test
  void textFromClientsIsStoredAsItIs() throws Exception {
    String nasty = "a'\"\\{},;--%";
    OrderView order =
        FIXTURE.placed(
            tagged(
                new PlaceOrder(
                    new ClOrdID(nasty),
                    Samples.ACCOUNT,
                    Samples.RELIANCE,
                    Side.BUY,
                    OrdType.LIMIT,
                    Quantity.of(1),
                    Price.of("99.00"),
                    null,
                    io.tola.trading.api.Product.CNC,
                    Validity.DAY,
                    null,
                    "o'brien"),
                "NULL"));
    assertThat(FIXTURE.stored(order.orderId()).clOrdId().value()).isEqualTo(nasty);
    assertThat(FIXTURE.stored(order.orderId()).tag()).isEqualTo("NULL");
    assertThat(FIXTURE.rows("SELECT entered_by FROM orders")).containsExactly("o'brien");
  }

  /** Plans are kept: one made while a table was small must not read all of it when it has grown. */
  @Test
  void keptPlansReadByIndexAlsoWhenTheTablesHaveGrown() throws Exception {
    for (int i = 0; i < 12; i++) {
      workOnEveryStatement("small-" + i);
    }
    FIXTURE.database.execute(
        "INSERT INTO orders (order_id, account_id, client_order_id, symbol, side, order_type, quantity,"
            + " product, validity, status, cum_qty, leaves_qty, cum_value, worst_price, price, version,"
            + " entered_by, seen_at, created_at, updated_at)"
            + " SELECT gen_random_uuid(), gen_random_uuid(), 'x', 'TCS', 'BUY', 'LIMIT', 10, 'CNC',"
            + " 'DAY', CASE WHEN n % 2 = 0 THEN 'NEW' ELSE 'CANCELED' END, 0,"
            + " CASE WHEN n % 2 = 0 THEN 10 ELSE 0 END, 0, 1, 1, 1, 'u', now(), now(), now()"
            + " FROM generate_series(1, 20000) n;"
            + "INSERT INTO executions (account_id, sequence, exec_id, order_id, transact_time, last_qty,"
            + " cum_qty, leaves_qty, symbol, side, exec_type, ord_status, cum_value)"
            + " SELECT gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), now(), 0, 0, 10,"
            + " 'TCS', 'BUY', 'NEW', 'NEW', 0 FROM generate_series(1, 20000)");
    List<String> before = scans();
    for (int i = 0; i < 3; i++) {
      workOnEveryStatement("large-" + i);
    }
    assertThat(scans()).isEqualTo(before);
  }

  private static void workOnEveryStatement(String id) throws Exception {
    FIXTURE.quote("99.95", 100, "100.05", 100);
    OrderView rests = FIXTURE.placed(Samples.limit(id + "-a", Side.BUY, 250, "100.00"));
    OrderView ends = FIXTURE.placed(Samples.limit(id + "-b", Side.BUY, 10, "99.00"));
    FIXTURE.placed(Samples.market(id + "-c", Side.BUY, 10));
    Quote cross = FIXTURE.quote("99.85", 100, "99.90", 100);
    assertThat(FIXTURE.orders.crossedBy(touches(cross), 10)).isNotEmpty();
    assertThat(FIXTURE.matched(rests, cross)).isTrue();
    FIXTURE.replaced(FIXTURE.replace(ends, id + "-r", 12L, null, null));
    FIXTURE.orders.workingOf(Samples.ACCOUNT, Samples.RELIANCE, Side.BUY, 10);
    FIXTURE.orders.touchedByHalts(10);
    FIXTURE.canceled(ends.orderId());
    FIXTURE.canceled(rests.orderId());
    FIXTURE.stored(ends.orderId());
    FIXTURE.executions.ofOrder(rests.orderId());
    var filter =
        new io.tola.trading.api.OrderFilter(
            java.util.Set.of(Samples.ACCOUNT), null, null, null, null, 5, null);
    FIXTURE.orders.history(filter);
    FIXTURE.executions.trades(filter);
  }

  private static io.tola.trading.store.OrderStore.Touches touches(Quote quote) {
    List<Quote> one = List.of(quote);
    return new io.tola.trading.store.OrderStore.Touches(one, one, one, one);
  }

  private static List<String> scans() {
    FIXTURE.rows("SELECT pg_stat_force_next_flush()::text");
    FIXTURE.rows("SELECT 1::text");
    return FIXTURE.rows(
        "SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables"
            + " WHERE relname IN ('orders', 'executions') ORDER BY 1");
  }

  /** Two nodes are two processors on one database, with nothing else in common. */
  @Test
  void manyWritersOnOneAccountLoseNothingAndExecuteNoIdTwice() throws Exception {
    int writers = 4;
    int rounds = 25;
    CyclicBarrier together = new CyclicBarrier(writers);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> faults = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int w = 0; w < writers; w++) {
      int writer = w;
      Thread thread =
          new Thread(
              () -> {
                try {
                  together.await();
                  for (int i = 0; i < rounds; i++) {
                    List<Command> commands = new ArrayList<>();
                    // Everybody sends "same-i"; only one of them may be executed.
                    commands.add(FIXTURE.place(Samples.market("same-" + i, Side.BUY, 1)));
                    commands.add(
                        FIXTURE.place(Samples.market("own-" + writer + "-" + i, Side.BUY, 1)));
                    commands.add(
                        FIXTURE.place(
                            Samples.order(
                                "other-" + writer + "-" + i,
                                Samples.OTHER_ACCOUNT,
                                Side.SELL,
                                OrdType.MARKET,
                                1,
                                null,
                                Validity.DAY)));
                    if (writer % 2 == 0) {
                      java.util.Collections.reverse(commands);
                    }
                    FIXTURE.processor.process(commands);
                  }
                } catch (Throwable t) {
                  faults.add(t);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
    int bought = rounds + writers * rounds;
    int sold = writers * rounds;
    assertThat(FIXTURE.rows("SELECT shares::text FROM book_accounts ORDER BY account_id"))
        .containsExactly(String.valueOf(bought), String.valueOf(-sold));
    assertThat(FIXTURE.count("orders")).isEqualTo(bought + sold);
    assertThat(FIXTURE.rows("SELECT cash::text FROM book_accounts ORDER BY account_id"))
        .containsExactly(
            new BigDecimal(TradingFixture.CASH)
                .subtract(new BigDecimal("100.05").multiply(BigDecimal.valueOf(bought)))
                .toPlainString(),
            new BigDecimal(TradingFixture.CASH)
                .add(new BigDecimal("99.95").multiply(BigDecimal.valueOf(sold)))
                .toPlainString());
    // Per account the queue is in the order of the reports.
    assertThat(
            FIXTURE.rows(
                "SELECT key FROM (SELECT m.key, (r->>'sequence')::bigint AS sequence, lag((r->>'sequence')::bigint)"
                    + " OVER (PARTITION BY m.key ORDER BY o.id, m.at, n) AS before FROM outbox o,"
                    + " unnest(o.keys, o.payloads) WITH ORDINALITY AS m(key, payload, at),"
                    + " json_array_elements(m.payload::json -> 'reports') WITH ORDINALITY AS j(r, n)) q"
                    + " WHERE sequence <> coalesce(before, 0) + 1"))
        .isEmpty();
  }
}
