package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.sql.RoundTrip;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.PreTradeControl;
import io.tola.trading.api.spi.Refusal;
import io.tola.trading.domain.PaperVenue;
import io.tola.trading.domain.Samples;
import io.tola.trading.store.ExecutionStore;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Trading on a real database, with the simplest neighbours that work. */
final class TradingFixture {

  static final String CASH = "1000000.00";

  /** A tag whose order the controls refuse; so they do an OrderQty of 666. */
  static final String REFUSED = "refuse-me";

  /** A tag whose order makes the controls throw: a defect. */
  static final String BROKEN = "break-me";

  final TestDatabase database = TestDatabase.create();
  final TestMarket market = new TestMarket();
  final AtomicReference<Instant> time = new AtomicReference<>(Samples.T0);
  final Clock clock = new TestClock();
  final ThreadTransactions transactions = new ThreadTransactions(database.appDataSource());
  final OrderStore orders = new OrderStore(transactions.dataSource());
  final ExecutionStore executions = new ExecutionStore(transactions.dataSource());
  final PreTradeControl controls = new Controls();
  final BatchProcessor processor =
      new BatchProcessor(
          transactions,
          transactions.dataSource(),
          new TestBook(transactions.dataSource()),
          controls,
          new Trail(),
          market,
          new VenueGate(new PaperVenue(BigDecimal.ONE, BigDecimal.ONE)),
          orders,
          new SquareOffTime(LocalTime.of(15, 10), () -> market.closes),
          clock,
          Duration.ofMinutes(1));

  TradingFixture() {
    database.execute(TestBook.TABLES);
    database.execute(
        "CREATE TABLE public.trail (at timestamptz, actor text, action text, entity_id text);"
            + "GRANT SELECT, INSERT ON public.trail TO tola_app");
    reset();
  }

  void reset() {
    database.execute(
        "TRUNCATE orders, executions, outbox, replacements, trading_modes, symbol_halts,"
            + " book_accounts, book_reservations, trail");
    market.current.clear();
    market.phase = io.tola.market.api.SessionPhase.OPEN;
    market.closes = false;
    transactions.beforeCommit = () -> {};
    transactions.afterCommit = () -> {};
    transactions.onConnect = () -> {};
    account(Samples.ACCOUNT, true);
    account(Samples.OTHER_ACCOUNT, true);
  }

  void account(AccountId id, boolean open) {
    database.execute(
        "INSERT INTO book_accounts VALUES ('" + id + "', " + open + ", 0, " + CASH + ", 0)");
  }

  /** Lets time pass and the market say something. */
  Quote quote(String bid, long bidSize, String ask, long askSize) {
    Quote quote =
        Samples.quote(
            Samples.RELIANCE, bid, bidSize, ask, askSize, time.updateAndGet(t -> t.plusMillis(1)));
    time.updateAndGet(t -> t.plusMillis(1));
    market.quote(quote);
    return quote;
  }

  Command.Place place(PlaceOrder order) {
    Instrument instrument = market.instrument(order.symbol()).orElseThrow();
    return new Command.Place(Ids.next(), order, instrument);
  }

  Command.Cancel cancel(UUID orderId) {
    return new Command.Cancel(new CancelOrder(orderId, Samples.ACCOUNT, "trader1"));
  }

  OrderView replaced(ReplaceOrder replace) throws Exception {
    Command.Replace command = new Command.Replace(replace);
    batch(List.of(command));
    try {
      return command.answer().get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  /** Other terms; null leaves what is. */
  ReplaceOrder replace(
      OrderView order, String clOrdId, Long quantity, String price, String trigger) {
    return new ReplaceOrder(
        order.orderId(),
        order.accountId(),
        new ClOrdID(clOrdId),
        quantity == null ? null : Quantity.of(quantity),
        price == null ? null : Price.of(price),
        trigger == null ? null : Price.of(trigger),
        "trader1");
  }

  OrderKey key(OrderView order) {
    return new OrderKey(order.orderId(), order.accountId(), order.symbol(), order.product());
  }

  boolean done(Command.Unasked command) throws Exception {
    batch(List.of(command));
    return command.answer().get();
  }

  Command.Match match(OrderView order, Quote quote) {
    return new Command.Match(
        new OrderKey(order.orderId(), order.accountId(), order.symbol(), order.product()),
        market.instrument(order.symbol()).orElseThrow(),
        quote);
  }

  Command.Expire expire(OrderView order) {
    return new Command.Expire(
        new OrderKey(order.orderId(), order.accountId(), order.symbol(), order.product()));
  }

  /** Does the commands as one batch and gives the answers. */
  void batch(List<? extends Command> commands) throws Exception {
    time.updateAndGet(t -> t.plusMillis(1));
    List<Command> list = new ArrayList<>(commands);
    processor.process(list);
    list.forEach(Command::acknowledge);
  }

  OrderView placed(PlaceOrder order) throws Exception {
    return ((PlaceOutcome.Placed) outcome(order)).order();
  }

  PlaceOutcome outcome(PlaceOrder order) throws Exception {
    Command.Place command = place(order);
    batch(List.of(command));
    return command.answer().get();
  }

  OrderView canceled(UUID orderId) throws Exception {
    Command.Cancel command = cancel(orderId);
    batch(List.of(command));
    try {
      return command.answer().get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  boolean matched(OrderView order, Quote quote) throws Exception {
    Command.Match command = match(order, quote);
    batch(List.of(command));
    return command.answer().get();
  }

  OrderView stored(UUID orderId) {
    return orders
        .byId(orderId, java.util.Set.of(Samples.ACCOUNT, Samples.OTHER_ACCOUNT))
        .orElseThrow()
        .view();
  }

  /** Everything there is, as one comparable text. */
  String everything() {
    StringBuilder all = new StringBuilder();
    for (String table :
        List.of(
            "orders",
            "executions",
            "outbox",
            "replacements",
            "book_accounts",
            "book_reservations",
            "trail")) {
      all.append(table).append(rows("SELECT t::text FROM " + table + " t ORDER BY 1"));
    }
    return all.toString();
  }

  List<String> rows(String sql) {
    List<String> found = new ArrayList<>();
    try (Connection c = transactions.dataSource().getConnection();
        PreparedStatement s = c.prepareStatement(sql);
        ResultSet r = s.executeQuery()) {
      while (r.next()) {
        found.add(r.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  long count(String table) {
    return Long.parseLong(rows("SELECT count(*) FROM " + table).get(0));
  }

  private final class TestClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return time.get();
    }
  }

  private static final class Controls implements PreTradeControl {
    @Override
    public Supplier<PreTradeSession> open(
        java.util.Collection<AccountId> accounts, RoundTrip trip) {
      return () -> this::check;
    }

    private Refusal check(OrderUnderCheck order) {
      if (REFUSED.equals(order.order().tag()) || order.order().quantity().value() == 666) {
        return new Refusal(2999, "The test refuses it", Map.of("limit", 0));
      }
      if (BROKEN.equals(order.order().tag())) {
        throw new IllegalArgumentException("a control with a defect");
      }
      return null;
    }
  }

  private final class Trail implements AuditTrail {
    @Override
    public void append(List<AuditEntry> entries) {
      try (Connection c = transactions.dataSource().getConnection()) {
        for (AuditEntry entry : entries) {
          // As the real trail does it: a fact without canonical form must not get in.
          io.tola.kernel.json.CanonicalJson.write(entry.detail());
          try (PreparedStatement s = c.prepareStatement("INSERT INTO trail VALUES (?, ?, ?, ?)")) {
            s.setObject(1, entry.at().atOffset(ZoneOffset.UTC));
            s.setString(2, entry.actor());
            s.setString(3, entry.action());
            s.setString(4, entry.entityId());
            s.executeUpdate();
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
