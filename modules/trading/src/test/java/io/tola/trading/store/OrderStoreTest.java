package io.tola.trading.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.RoundTrip;
import io.tola.kernel.sql.SqlFault;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Execution;
import io.tola.trading.api.ExecutionFeed;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import io.tola.trading.domain.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final OrderStore ORDERS = new OrderStore(DATABASE.appDataSource());
  private static final ExecutionStore EXECUTIONS = new ExecutionStore(DATABASE.appDataSource());
  private static final Instant T0 = Samples.T0;

  @BeforeEach
  void empty() {
    DATABASE.truncate();
  }

  private static PlaceOrder request(String id, AccountId account) {
    PlaceOrder o = Samples.limit(id, Side.BUY, 10, "100.00");
    return new PlaceOrder(
        o.clOrdId(),
        account,
        o.symbol(),
        o.side(),
        o.ordType(),
        o.quantity(),
        o.price(),
        null,
        o.product(),
        o.validity(),
        null,
        o.user());
  }

  private static final List<OutboxMessage> MESSAGES =
      List.of(new OutboxMessage(Ids.next(), "tola.executions", "k", 1, "{}"));

  private static void write(
      List<Order> placed,
      List<OrderStore.Moved> moved,
      List<Report> reports,
      List<OutboxMessage> messages,
      Instant now) {
    RoundTrip trip = new RoundTrip();
    BatchStore.write(
        new BatchStore.Written(placed, moved, List.of(), reports, messages, now), trip);
    trip.send(DATABASE.appDataSource());
  }

  private static OrderStore.Found read(OrderStore.Wanted wanted) {
    RoundTrip trip = new RoundTrip();
    Supplier<OrderStore.Found> found = ORDERS.read(wanted, trip);
    trip.send(DATABASE.appDataSource());
    return found.get();
  }

  private static Order stored(String id, AccountId account, Instant at) {
    Order order = Order.accepted(Ids.next(), request(id, account), Price.of("100.00"), at);
    write(List.of(order), List.of(), List.of(), MESSAGES, at);
    return order;
  }

  private static Order locked(UUID orderId) {
    return read(new OrderStore.Wanted(
            List.of(Samples.ACCOUNT), List.of(), List.of(orderId), List.of()))
        .resting()
        .get(0);
  }

  private static OrderFilter filter(OrdStatus status, int limit, String cursor, AccountId... of) {
    return new OrderFilter(Set.of(of), status, null, null, null, limit, cursor);
  }

  @Test
  void orderReadsBackAsItWasWritten() {
    Order filled = Order.accepted(Ids.next(), request("c-1", Samples.ACCOUNT), Price.of("100"), T0);
    filled.fill(Quantity.of(3), Price.of("99.9955"), T0.plusMillis(2), T0);
    Order refused =
        Order.rejected(
            Ids.next(), Samples.market("c-2", Side.SELL, 7), null, 2001, "no 'cash'", T0);
    write(List.of(filled, refused), List.of(), List.of(), MESSAGES, T0);
    for (Order order : List.of(filled, refused)) {
      Order read = ORDERS.byId(order.orderId(), Set.of(Samples.ACCOUNT)).orElseThrow();
      assertThat(read.view()).isEqualTo(order.view());
      assertThat(read.request()).isEqualTo(order.request());
      assertThat(read.worstPrice()).isEqualTo(order.worstPrice());
      assertThat(read.seenAt()).isEqualTo(order.seenAt());
      assertThat(read.version()).isEqualTo(order.version());
      assertThat(read.cumValue()).isEqualByComparingTo(order.cumValue());
    }
  }

  @Test
  void anotherAccountsOrderIsNotThere() {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    assertThat(ORDERS.byId(order.orderId(), Set.of(Samples.OTHER_ACCOUNT))).isEmpty();
  }

  @Test
  void updateWritesWhatMoved() {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    Order read = locked(order.orderId());
    read.fill(Quantity.of(4), Price.of("99.50"), T0.plusSeconds(1), T0.plusSeconds(2));
    write(List.of(), List.of(new OrderStore.Moved(read, 1)), List.of(), MESSAGES, T0);
    Order again = ORDERS.byId(order.orderId(), Set.of(Samples.ACCOUNT)).orElseThrow();
    assertThat(again.view()).isEqualTo(read.view());
    assertThat(again.seenAt()).isEqualTo(T0.plusSeconds(1));
    assertThat(again.version()).isEqualTo(2);
  }

  @Test
  void updateOfAnOrderSomebodyElseMovedIsRefused() {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    Order one = locked(order.orderId());
    Order two = locked(order.orderId());
    one.fill(Quantity.of(4), Price.of("99.50"), T0, T0);
    two.cancel("c", T0);
    write(List.of(), List.of(new OrderStore.Moved(one, 1)), List.of(), MESSAGES, T0);
    assertThatThrownBy(
            () -> write(List.of(), List.of(new OrderStore.Moved(two, 1)), List.of(), MESSAGES, T0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void clientOrderIdIsOncePerAccountForEver() {
    stored("c-1", Samples.ACCOUNT, T0);
    stored("c-1", Samples.OTHER_ACCOUNT, T0);
    assertThatThrownBy(() -> stored("c-1", Samples.ACCOUNT, T0))
        .isInstanceOf(SqlFault.class)
        .hasMessageContaining("orders_client_order_id_once");
  }

  @Test
  void clientOrderIdIsLookedUpInItsOwnIndexEvenByAPlanMadeForAnEmptyTable() throws Exception {
    String sql = OrderStore.BY_CLIENT_KEY.replaceFirst("\\?", "\\$1").replaceFirst("\\?", "\\$2");
    try (var c = DATABASE.appDataSource().getConnection();
        var s = c.createStatement()) {
      s.execute("SET plan_cache_mode = force_generic_plan");
      s.execute("PREPARE by_client_key(uuid[], text[]) AS " + sql);
      var plan = new StringBuilder();
      try (var lines = s.executeQuery("EXPLAIN EXECUTE by_client_key('{}', '{}')")) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
      assertThat(plan).contains("Index Scan using orders_client_order_id_once");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // CumQty falls
        "cum_qty = 3, leaves_qty = 7, cum_value = 300, version = 3",
        // more than the order
        "cum_qty = 11, leaves_qty = 0, cum_value = 1100, version = 3",
        // LeavesQty is not OrderQty - CumQty
        "leaves_qty = 5, version = 3",
        // fills without value
        "cum_qty = 5, leaves_qty = 5, cum_value = 0, version = 3",
        // filled, but not all
        "status = 'FILLED', leaves_qty = 0, version = 3",
        // ended, but something left
        "status = 'CANCELED', version = 3",
        // rejected without a code, and after a fill
        "status = 'REJECTED', leaves_qty = 0, version = 3",
        "status = 'REJECTED', leaves_qty = 0, reject_code = 1001, version = 3",
        // a word that is no OrdStatus
        "status = 'DONE', leaves_qty = 0, version = 3",
        // unnoticed change
        "tag = 'x'",
        "symbol = 'TCS', version = 3",
      })
  void databaseItselfRefusesWhatAnOrderCanNotBe(String change) {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    String where = " WHERE order_id = '" + order.orderId() + "'";
    DATABASE.execute(
        "UPDATE orders SET status = 'PARTIALLY_FILLED', cum_qty = 4, leaves_qty = 6, cum_value ="
            + " 400, version = 2"
            + where);
    assertThatThrownBy(() -> DATABASE.execute("UPDATE orders SET " + change + where))
        .hasStackTraceContaining("PSQLException");
  }

  @Test
  void endedOrderCanNotBeTouchedAgain() {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    String update = "UPDATE orders SET status = 'CANCELED', leaves_qty = 0, version = version + 1";
    DATABASE.execute(update);
    assertThatThrownBy(() -> DATABASE.execute(update)).hasStackTraceContaining("can not change");
    assertThat(ORDERS.byId(order.orderId(), Set.of(Samples.ACCOUNT)).orElseThrow().status())
        .isEqualTo(OrdStatus.CANCELED);
  }

  @Test
  void applicationRoleNeitherDeletesOrdersNorChangesExecutions() throws Exception {
    for (String sql :
        List.of(
            "DELETE FROM orders", "UPDATE executions SET last_qty = 1", "DELETE FROM executions")) {
      try (var c = DATABASE.appDataSource().getConnection();
          var s = c.createStatement()) {
        assertThatThrownBy(() -> s.execute(sql)).hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void historyIsNewestFirstAndPagesWithoutGapsOrRepeats() {
    List<UUID> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      // Several share a moment, as the orders of one batch do.
      expected.add(0, stored("c-" + i, Samples.ACCOUNT, T0.plusMillis(i / 4)).orderId());
      stored("o-" + i, Samples.OTHER_ACCOUNT, T0.plusMillis(i / 4));
    }
    List<UUID> seen = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    do {
      Page<OrderView> page = ORDERS.history(filter(null, 7, cursor, Samples.ACCOUNT));
      page.items().forEach(o -> seen.add(o.orderId()));
      cursor = page.nextCursor();
      pages++;
    } while (cursor != null);
    assertThat(seen).isEqualTo(expected);
    assertThat(pages).isEqualTo(4);
    assertThat(
            ORDERS.history(filter(null, 500, null, Samples.ACCOUNT, Samples.OTHER_ACCOUNT)).items())
        .hasSize(50)
        .isSortedAccordingTo(
            java.util.Comparator.comparing(OrderView::createdAt)
                .thenComparing(o -> o.orderId().toString())
                .reversed());
  }

  @Test
  void lastPageThatIsExactlyFullHasNoNext() {
    stored("c-1", Samples.ACCOUNT, T0);
    stored("c-2", Samples.ACCOUNT, T0);
    assertThat(ORDERS.history(filter(null, 2, null, Samples.ACCOUNT)).nextCursor()).isNull();
    assertThat(ORDERS.history(filter(null, 1, null, Samples.ACCOUNT)).nextCursor()).isNotNull();
  }

  @Test
  void historyFiltersByStatusSymbolAndTime() {
    stored("c-1", Samples.ACCOUNT, T0);
    stored("c-2", Samples.ACCOUNT, T0.plusSeconds(1));
    Order refused =
        Order.rejected(Ids.next(), request("c-3", Samples.ACCOUNT), null, 2001, "no", T0);
    write(List.of(refused), List.of(), List.of(), MESSAGES, T0.plusSeconds(2));
    assertThat(ORDERS.history(filter(OrdStatus.REJECTED, 10, null, Samples.ACCOUNT)).items())
        .extracting(OrderView::orderId)
        .containsExactly(refused.orderId());
    assertThat(
            ORDERS
                .history(
                    new OrderFilter(
                        Set.of(Samples.ACCOUNT), null, Samples.TCS, null, null, 10, null))
                .items())
        .isEmpty();
    // From is inclusive, to is exclusive.
    assertThat(
            ORDERS
                .history(
                    new OrderFilter(
                        Set.of(Samples.ACCOUNT),
                        null,
                        Samples.RELIANCE,
                        T0.plusSeconds(1),
                        T0.plusSeconds(2),
                        10,
                        null))
                .items())
        .extracting(o -> o.clOrdId().value())
        .containsExactly("c-2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAA", "' OR 1=1 --", "b2FhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ=="})
  void cursorThatWasNotGivenOutIsRefused(String cursor) {
    assertThatThrownBy(() -> ORDERS.history(filter(null, 5, cursor, Samples.ACCOUNT)))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void cursorOfAnotherListIsRefused() {
    stored("c-1", Samples.ACCOUNT, T0);
    stored("c-2", Samples.ACCOUNT, T0);
    String cursor = ORDERS.history(filter(null, 1, null, Samples.ACCOUNT)).nextCursor();
    assertThatThrownBy(() -> EXECUTIONS.trades(filter(null, 1, cursor, Samples.ACCOUNT)))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void tradesAreNewestFirstPageAndLeaveOutWhatDidNotTrade() {
    List<UUID> expected = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Instant at = T0.plusMillis(i / 2);
      Order order =
          Order.accepted(Ids.next(), request("c-" + i, Samples.ACCOUNT), Price.of("100.00"), at);
      var opening = order.opening();
      var trade = order.fill(Quantity.of(10), Price.of("99.95"), at, at);
      UUID execId = Ids.next();
      write(
          List.of(order),
          List.of(),
          List.of(
              new Report(Ids.next(), 2 * i + 1, order, opening, at),
              new Report(execId, 2 * i + 2, order, trade, at)),
          MESSAGES,
          at);
      expected.add(0, execId);
    }
    List<UUID> seen = new ArrayList<>();
    String cursor = null;
    do {
      Page<Execution> page = EXECUTIONS.trades(filter(null, 4, cursor, Samples.ACCOUNT));
      page.items().forEach(e -> seen.add(e.execId()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(seen).isEqualTo(expected);
    assertThat(EXECUTIONS.trades(filter(null, 4, null, Samples.OTHER_ACCOUNT)).items()).isEmpty();
  }

  @Test
  void reportsAreReadOnFromEachPositionInTheOrderOfTheAccount() {
    AccountId other = Samples.OTHER_ACCOUNT;
    for (int i = 0; i < 3; i++) {
      for (AccountId account : List.of(Samples.ACCOUNT, other)) {
        Order order = Order.accepted(Ids.next(), request("c-" + i, account), Price.of("100"), T0);
        write(
            List.of(order),
            List.of(),
            List.of(new Report(Ids.next(), i + 1, order, order.opening(), T0)),
            MESSAGES,
            T0);
      }
    }
    var start = new ExecutionFeed.Position(Samples.ACCOUNT, 0);
    var middle = new ExecutionFeed.Position(Samples.ACCOUNT, 2);
    var end = new ExecutionFeed.Position(other, 3);

    var found = EXECUTIONS.after(List.of(start, middle, end));

    assertThat(found).containsOnlyKeys(start, middle);
    assertThat(found.get(start)).extracting(Execution::sequence).containsExactly(1L, 2L, 3L);
    assertThat(found.get(middle)).extracting(e -> e.clOrdId().value()).containsExactly("c-2");
    assertThat(found.get(middle).get(0).accountId()).isEqualTo(Samples.ACCOUNT);
    AccountId unused = new AccountId(Ids.next());
    assertThat(EXECUTIONS.newest(Set.of(other, unused))).isEqualTo(Map.of(other, 3L, unused, 0L));
  }

  @Test
  void keysOfUnknownOrdersAreSimplyNotThere() {
    Order order = stored("c-1", Samples.ACCOUNT, T0);
    assertThat(ORDERS.keys(List.of(order.orderId(), Ids.next())))
        .containsExactly(
            new OrderKey(
                order.orderId(),
                Samples.ACCOUNT,
                order.request().symbol(),
                order.request().product()));
  }

  @Test
  void clientKeysAreFoundByAccountAndId() {
    stored("c-1", Samples.ACCOUNT, T0);
    stored("c-2", Samples.OTHER_ACCOUNT, T0);
    assertThat(
            read(new OrderStore.Wanted(
                    List.of(Samples.ACCOUNT),
                    List.of(
                        request("c-1", Samples.ACCOUNT),
                        request("c-2", Samples.ACCOUNT),
                        request("c-1", Samples.OTHER_ACCOUNT)),
                    List.of(),
                    List.of()))
                .byClientKey())
        .extracting(o -> o.request().clOrdId())
        .containsExactly(new ClOrdID("c-1"));
  }
}
