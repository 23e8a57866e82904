package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Cursor;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.kernel.sql.RoundTrip;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Terms;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The table {@code orders}. Thread-safe; the methods that write join the caller's transaction, and
 * the caller holds the lock of every account whose orders it writes.
 */
public class OrderStore {

  /** Of the cursors of this list. */
  private static final char LIST = 'o';

  private static final String COLUMNS =
      "o.order_id, o.account_id, o.client_order_id, o.symbol, o.side, o.order_type, o.quantity,"
          + " o.price, o.trigger_price, o.product, o.validity, o.tag, o.entered_by, o.worst_price,"
          + " o.status, o.cum_qty, o.cum_value, o.reject_code, o.reject_reason, o.seen_at,"
          + " o.version, o.created_at, o.updated_at, o.triggered_at, o.placed_quantity,"
          + " o.placed_price, o.placed_trigger_price";

  static final String INSERT =
      "INSERT INTO orders (order_id, account_id, client_order_id, symbol, side, order_type, quantity,"
          + " price, trigger_price, product, validity, tag, entered_by, worst_price, status, cum_qty,"
          + " leaves_qty, cum_value, reject_code, reject_reason, version, seen_at, created_at,"
          + " updated_at, triggered_at)"
          + " SELECT u.order_id, u.account_id, u.client_order_id, u.symbol, u.side, u.order_type,"
          + " u.quantity, u.price, u.trigger_price, u.product, u.validity, u.tag, u.entered_by,"
          + " u.worst_price, u.status, u.cum_qty, u.leaves_qty, u.cum_value, u.reject_code,"
          + " u.reject_reason, u.version, b.now + u.seen_after * interval '1 microsecond', b.now,"
          + " b.now, CASE WHEN u.triggered THEN b.now END"
          + " FROM (SELECT ?::timestamptz AS now) b, unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::int8[], ?::numeric[], ?::numeric[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::numeric[], ?::text[], ?::int8[], ?::int8[], ?::numeric[],"
          + " ?::int4[], ?::text[], ?::int4[], ?::int8[], ?::bool[])"
          + " AS u(order_id, account_id, client_order_id, symbol, side, order_type, quantity, price,"
          + " trigger_price, product, validity, tag, entered_by, worst_price, status, cum_qty,"
          + " leaves_qty, cum_value, reject_code, reject_reason, version, seen_after, triggered)";

  static final String MOVE =
      "SELECT move_orders(?::uuid[], ?::int4[], ?::text[], ?::int8[], ?::int8[], ?::numeric[],"
          + " ?::int4[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::int8[],"
          + " ?::numeric[], ?::numeric[], ?::numeric[], ?::int8[], ?::numeric[], ?::numeric[])";

  // A plan kept from when the table was empty must not read all of an account's orders on every
  // call.
  // BETWEEN with its order leaves the planner one way, the unique index: of an equality it knows
  // that
  // any index on the account gives the same order.
  static final String BY_CLIENT_KEY =
      "SELECT "
          + COLUMNS
          + " FROM unnest(?::uuid[], ?::text[]) AS k(account_id, client_order_id)"
          + " CROSS JOIN LATERAL (SELECT * FROM orders x WHERE x.account_id = k.account_id"
          + " AND x.client_order_id BETWEEN k.client_order_id AND k.client_order_id"
          + " ORDER BY x.client_order_id LIMIT 1) o";

  private static final String KEYS =
      "SELECT o.order_id, o.account_id, o.symbol, o.product FROM unnest(?::uuid[]) AS k(order_id)"
          + " CROSS JOIN LATERAL (SELECT * FROM orders x WHERE x.order_id = k.order_id LIMIT 1) o";

  private static final String LOCK =
      "SELECT "
          + COLUMNS
          + " FROM unnest(?::uuid[]) AS k(order_id) CROSS JOIN LATERAL"
          + " (SELECT * FROM orders x WHERE x.order_id = k.order_id LIMIT 1 FOR NO KEY UPDATE) o";

  private static final String BY_ID = "SELECT " + COLUMNS + " FROM orders o WHERE o.order_id = ?";

  private static final String MAY_TRADE =
      " (x.trigger_price IS NULL OR x.triggered_at IS NOT NULL)";

  private static final String AWAITS_TRIGGER =
      " x.trigger_price IS NOT NULL AND x.triggered_at IS NULL";

  /** Orders of one side that a touch or last price reaches, at most so many for a quote. */
  private static String resting(String side, String reached) {
    return "SELECT o.order_id, o.account_id, o.symbol, o.product, q.at"
        + " FROM unnest(?::text[], ?::numeric[], ?::timestamptz[], ?::int4[])"
        + " AS q(symbol, touch, received_at, at)"
        + " CROSS JOIN LATERAL (SELECT order_id, account_id, symbol, product FROM orders x"
        + " WHERE x.working AND x.symbol = q.symbol AND x.side = '"
        + side
        + "' AND "
        + reached
        + " AND NOT x.suspended AND x.seen_at < q.received_at LIMIT ?) o";
  }

  private static final String CROSSED =
      resting("BUY", "x.worst_price >= q.touch AND" + MAY_TRADE)
          + " UNION ALL "
          + resting("SELL", "x.worst_price <= q.touch AND" + MAY_TRADE)
          + " UNION ALL "
          + resting("BUY", "x.trigger_price <= q.touch AND" + AWAITS_TRIGGER)
          + " UNION ALL "
          + resting("SELL", "x.trigger_price >= q.touch AND" + AWAITS_TRIGGER);

  private static final String WORKING =
      "SELECT order_id, account_id, symbol, product FROM orders WHERE working LIMIT ?";

  private static final String WORKING_OF =
      "SELECT order_id, account_id, symbol, product FROM working_of(?::uuid, ?::text, ?::text, ?)";

  private static final String OF_PRODUCT =
      "SELECT order_id, account_id, symbol, product FROM working_of_product(?::text, ?)";

  private static final String TOUCHED_BY_HALTS =
      "SELECT order_id, account_id, symbol, product FROM touched_by_halts(?)";

  private static final String MODES =
      "SELECT k.account_id, m.mode FROM unnest(?::uuid[]) AS k(account_id) CROSS JOIN LATERAL"
          + " (SELECT mode FROM trading_modes x WHERE x.account_id = k.account_id LIMIT 1) m";

  private static final String HALTS = "SELECT symbol, reason FROM symbol_halts";

  /** For what isn't worth a look at the replica. */
  private static final ReadRouter PRIMARY = new ReadRouter();

  private final DataSource dataSource;
  private final ReadRouter router;

  public OrderStore(DataSource dataSource) {
    this(dataSource, new ReadRouter());
  }

  /**
   * Works on the primary but for lists of the past.
   *
   * @param router where those go
   */
  public OrderStore(DataSource dataSource, ReadRouter router) {
    this.dataSource = dataSource;
    this.router = router;
  }

  /** Sets the values of {@link #INSERT} from {@code index} on; returns the next free index. */
  static int bindInsert(
      Connection c, PreparedStatement s, int index, List<Order> orders, Instant now)
      throws SQLException {
    int n = orders.size();
    UUID[] orderId = new UUID[n];
    UUID[] accountId = new UUID[n];
    String[] clientOrderId = new String[n];
    String[] symbol = new String[n];
    String[] side = new String[n];
    String[] type = new String[n];
    long[] quantity = new long[n];
    BigDecimal[] price = new BigDecimal[n];
    BigDecimal[] trigger = new BigDecimal[n];
    String[] product = new String[n];
    String[] validity = new String[n];
    String[] tag = new String[n];
    String[] user = new String[n];
    BigDecimal[] worst = new BigDecimal[n];
    String[] status = new String[n];
    long[] cum = new long[n];
    long[] leaves = new long[n];
    BigDecimal[] value = new BigDecimal[n];
    Integer[] rejectCode = new Integer[n];
    String[] rejectReason = new String[n];
    int[] version = new int[n];
    long[] seenAfter = new long[n];
    boolean[] triggered = new boolean[n];
    for (int k = 0; k < n; k++) {
      Order order = orders.get(k);
      PlaceOrder request = order.request();
      orderId[k] = order.orderId();
      accountId[k] = request.accountId().value();
      clientOrderId[k] = request.clOrdId().value();
      symbol[k] = request.symbol().value();
      side[k] = request.side().name();
      type[k] = request.ordType().code();
      quantity[k] = order.quantity().value();
      price[k] = value(order.terms().price());
      trigger[k] = value(order.terms().triggerPrice());
      product[k] = request.product().name();
      validity[k] = request.validity().name();
      tag[k] = request.tag();
      user[k] = request.user();
      worst[k] = value(order.worstPrice());
      status[k] = order.status().name();
      cum[k] = order.cumQuantity().value();
      leaves[k] = order.leavesQuantity().value();
      value[k] = order.cumValue();
      rejectCode[k] = order.rejectCode();
      rejectReason[k] = order.rejectReason();
      version[k] = order.version();
      seenAfter[k] = ChronoUnit.MICROS.between(now, order.seenAt());
      triggered[k] = order.triggeredAt() != null;
    }
    int i = index;
    s.setObject(i++, Sql.utc(now));
    s.setArray(i++, c.createArrayOf("uuid", orderId));
    s.setArray(i++, c.createArrayOf("uuid", accountId));
    s.setArray(i++, c.createArrayOf("text", clientOrderId));
    s.setArray(i++, c.createArrayOf("text", symbol));
    s.setArray(i++, c.createArrayOf("text", side));
    s.setArray(i++, c.createArrayOf("text", type));
    s.setObject(i++, quantity);
    s.setArray(i++, c.createArrayOf("numeric", price));
    s.setArray(i++, c.createArrayOf("numeric", trigger));
    s.setArray(i++, c.createArrayOf("text", product));
    s.setArray(i++, c.createArrayOf("text", validity));
    s.setArray(i++, c.createArrayOf("text", tag));
    s.setArray(i++, c.createArrayOf("text", user));
    s.setArray(i++, c.createArrayOf("numeric", worst));
    s.setArray(i++, c.createArrayOf("text", status));
    s.setObject(i++, cum);
    s.setObject(i++, leaves);
    s.setArray(i++, c.createArrayOf("numeric", value));
    s.setArray(i++, c.createArrayOf("int4", rejectCode));
    s.setArray(i++, c.createArrayOf("text", rejectReason));
    s.setObject(i++, version);
    s.setObject(i++, seenAfter);
    s.setObject(i++, triggered);
    return i;
  }

  /**
   * An order that moved on, and the version it had when it was read.
   *
   * @param versionBefore the stored version
   */
  public record Moved(Order order, int versionBefore) {}

  /** Sets the values of {@link #MOVE} from {@code index} on; returns the next free index. */
  static int bindMove(Connection c, PreparedStatement s, int index, List<Moved> moved)
      throws SQLException {
    int n = moved.size();
    UUID[] orderId = new UUID[n];
    int[] versionBefore = new int[n];
    String[] status = new String[n];
    long[] cum = new long[n];
    long[] leaves = new long[n];
    BigDecimal[] value = new BigDecimal[n];
    int[] version = new int[n];
    OffsetDateTime[] seenAt = new OffsetDateTime[n];
    OffsetDateTime[] updatedAt = new OffsetDateTime[n];
    OffsetDateTime[] triggeredAt = new OffsetDateTime[n];
    long[] quantity = new long[n];
    BigDecimal[] price = new BigDecimal[n];
    BigDecimal[] trigger = new BigDecimal[n];
    BigDecimal[] worst = new BigDecimal[n];
    Long[] placedQuantity = new Long[n];
    BigDecimal[] placedPrice = new BigDecimal[n];
    BigDecimal[] placedTrigger = new BigDecimal[n];
    for (int k = 0; k < n; k++) {
      Order order = moved.get(k).order();
      orderId[k] = order.orderId();
      versionBefore[k] = moved.get(k).versionBefore();
      status[k] = order.status().name();
      cum[k] = order.cumQuantity().value();
      leaves[k] = order.leavesQuantity().value();
      value[k] = order.cumValue();
      version[k] = order.version();
      seenAt[k] = Sql.utc(order.seenAt());
      updatedAt[k] = Sql.utc(order.updatedAt());
      triggeredAt[k] = order.triggeredAt() == null ? null : Sql.utc(order.triggeredAt());
      quantity[k] = order.quantity().value();
      price[k] = value(order.terms().price());
      trigger[k] = value(order.terms().triggerPrice());
      worst[k] = value(order.worstPrice());
      if (order.isReplaced()) {
        placedQuantity[k] = order.request().quantity().value();
        placedPrice[k] = value(order.request().price());
        placedTrigger[k] = value(order.request().triggerPrice());
      }
    }
    int i = index;
    s.setArray(i++, c.createArrayOf("uuid", orderId));
    s.setObject(i++, versionBefore);
    s.setArray(i++, c.createArrayOf("text", status));
    s.setObject(i++, cum);
    s.setObject(i++, leaves);
    s.setArray(i++, c.createArrayOf("numeric", value));
    s.setObject(i++, version);
    s.setArray(i++, c.createArrayOf("timestamptz", seenAt));
    s.setArray(i++, c.createArrayOf("timestamptz", updatedAt));
    s.setArray(i++, c.createArrayOf("timestamptz", triggeredAt));
    s.setObject(i++, quantity);
    s.setArray(i++, c.createArrayOf("numeric", price));
    s.setArray(i++, c.createArrayOf("numeric", trigger));
    s.setArray(i++, c.createArrayOf("numeric", worst));
    s.setArray(i++, c.createArrayOf("int8", placedQuantity));
    s.setArray(i++, c.createArrayOf("numeric", placedPrice));
    s.setArray(i++, c.createArrayOf("numeric", placedTrigger));
    return i;
  }

  /** What identifies those of the orders that exist. Locks nothing. */
  public List<OrderKey> keys(Collection<UUID> orderIds) {
    if (orderIds.isEmpty()) {
      return List.of();
    }
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(KEYS)) {
      s.setArray(1, c.createArrayOf("uuid", orderIds.toArray()));
      return keys(s);
    } catch (SQLException e) {
      throw new StoreFault("reading keys of orders", e);
    }
  }

  /**
   * What a batch asks for.
   *
   * @param accounts whose modes are read
   * @param requests new orders, which may be repeats
   * @param resting orders to move
   * @param replaces which may be repeats
   */
  public record Wanted(
      Collection<AccountId> accounts,
      List<PlaceOrder> requests,
      Collection<UUID> resting,
      List<ReplaceOrder> replaces) {}

  /**
   * What a batch goes by, as it stands under the accounts' locks.
   *
   * @param byClientKey the stored orders with a request's (account, client_order_id)
   * @param resting the orders to move; their rows are locked
   * @param replaced stored replaces with a request's (account, client_order_id)
   * @param modes where orders go; an account that isn't in it trades on paper
   * @param halts why a symbol is halted
   */
  public record Found(
      List<Order> byClientKey,
      List<Order> resting,
      List<ReplaceOrder> replaced,
      Map<AccountId, TradingMode> modes,
      Map<Symbol, String> halts) {}

  /**
   * Adds the reading of all that to the trip, behind whatever locks the accounts. Rows of orders to
   * move are locked until the transaction ends: the account's lock is what serialises the pipelines;
   * the row's lock also keeps out whoever changes an order by hand.
   *
   * @return gives what was found, after the trip was sent
   */
  public Supplier<Found> read(Wanted wanted, RoundTrip trip) {
    Map<AccountId, TradingMode> modes = new HashMap<>();
    Map<Symbol, String> halts = new HashMap<>();
    List<Order> byClientKey = new ArrayList<>();
    List<Order> resting = new ArrayList<>();
    List<ReplaceOrder> replaced = new ArrayList<>();
    trip.add(
        MODES,
        (s, i) -> {
          s.setArray(
              i,
              s.getConnection()
                  .createArrayOf(
                      "uuid", wanted.accounts().stream().map(AccountId::value).toArray()));
          return i + 1;
        },
        s -> readModes(s, modes));
    trip.add(HALTS, (s, i) -> i, s -> readHalts(s, halts));
    if (!wanted.requests().isEmpty()) {
      trip.add(
          BY_CLIENT_KEY,
          (s, i) -> bindClientKeys(s.getConnection(), s, i, wanted.requests()),
          s -> readOrders(s, byClientKey));
    }
    if (!wanted.resting().isEmpty()) {
      trip.add(
          LOCK,
          (s, i) -> {
            s.setArray(i, s.getConnection().createArrayOf("uuid", wanted.resting().toArray()));
            return i + 1;
          },
          s -> readOrders(s, resting));
    }
    if (!wanted.replaces().isEmpty()) {
      trip.add(
          ReplacementStore.FIND,
          (s, i) -> ReplacementStore.bindFind(s.getConnection(), s, i, wanted.replaces()),
          s -> replaced.addAll(ReplacementStore.found(s)));
    }
    return () -> new Found(byClientKey, resting, replaced, modes, halts);
  }

  private static int bindClientKeys(
      Connection c, PreparedStatement s, int index, List<PlaceOrder> requests) throws SQLException {
    int n = requests.size();
    UUID[] accountId = new UUID[n];
    String[] clientOrderId = new String[n];
    for (int i = 0; i < n; i++) {
      accountId[i] = requests.get(i).accountId().value();
      clientOrderId[i] = requests.get(i).clOrdId().value();
    }
    s.setArray(index, c.createArrayOf("uuid", accountId));
    s.setArray(index + 1, c.createArrayOf("text", clientOrderId));
    return index + 2;
  }

  private static void readModes(PreparedStatement s, Map<AccountId, TradingMode> into)
      throws SQLException {
    try (ResultSet rows = s.getResultSet()) {
      while (rows.next()) {
        into.put(
            new AccountId(rows.getObject(1, UUID.class)), TradingMode.valueOf(rows.getString(2)));
      }
    }
  }

  private static void readHalts(PreparedStatement s, Map<Symbol, String> into) throws SQLException {
    try (ResultSet rows = s.getResultSet()) {
      while (rows.next()) {
        into.put(new Symbol(rows.getString(1)), rows.getString(2));
      }
    }
  }

  private static void readOrders(PreparedStatement s, List<Order> into) throws SQLException {
    try (ResultSet rows = s.getResultSet()) {
      into.addAll(orders(rows));
    }
  }

  /** The order, when it belongs to one of the accounts. */
  public Optional<Order> byId(UUID orderId, Set<AccountId> accounts) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(BY_ID)) {
      s.setObject(1, orderId);
      List<Order> found = orders(s);
      return found.isEmpty() || !accounts.contains(found.get(0).request().accountId())
          ? Optional.empty()
          : Optional.of(found.get(0));
    } catch (SQLException e) {
      throw new StoreFault("reading an order", e);
    }
  }

  /** Orders, newest first, page by page. */
  public Page<OrderView> history(OrderFilter filter) {
    Cursor after = Cursor.decode(filter.cursor(), LIST);
    Sql.Conditions where = new Sql.Conditions();
    if (filter.status() != null) {
      where.and("x.status = ?", (s, i) -> s.setString(i, filter.status().name()));
    }
    if (filter.symbol() != null) {
      where.and("x.symbol = ?", (s, i) -> s.setString(i, filter.symbol().value()));
    }
    if (filter.from() != null) {
      where.and("x.created_at >= ?", (s, i) -> s.setObject(i, Sql.utc(filter.from())));
    }
    if (filter.to() != null) {
      where.and("x.created_at < ?", (s, i) -> s.setObject(i, Sql.utc(filter.to())));
    }
    if (after != null) {
      where.and(
          "(x.created_at, x.order_id) < (?, ?)",
          (s, i) -> s.setObject(i, Sql.utc(after.at())),
          (s, i) -> s.setObject(i, after.id()));
    }
    // Per account along the index, then merged: the newest of many accounts without reading them
    // all.
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM unnest(?::uuid[]) AS a(account_id) CROSS JOIN LATERAL (SELECT * FROM orders x"
            + " WHERE x.account_id = a.account_id"
            + where.text()
            + " ORDER BY x.created_at DESC, x.order_id DESC LIMIT ?) o"
            + " ORDER BY o.created_at DESC, o.order_id DESC LIMIT ?";
    try {
      // The newest orders are what screens ask for every second, a few rows by index: one trip to
      // the primary. A window with an
      // end is a report. ACKNOWLEDGED: orders of a closed day still change once, when they expire.
      return (filter.to() == null ? PRIMARY : router)
          .read(
              "orders_of_a_period",
              Freshness.ACKNOWLEDGED,
              dataSource,
              c -> history(c, sql, filter, where));
    } catch (SQLException e) {
      throw new StoreFault("reading the history of orders", e);
    }
  }

  private static Page<OrderView> history(
      Connection c, String sql, OrderFilter filter, Sql.Conditions where) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      s.setArray(
          1, c.createArrayOf("uuid", filter.accounts().stream().map(AccountId::value).toArray()));
      int next = where.set(s, 2);
      s.setInt(next, filter.limit() + 1);
      s.setInt(next + 1, filter.limit() + 1);
      List<Order> found = orders(s);
      boolean more = found.size() > filter.limit();
      List<OrderView> views = new ArrayList<>(filter.limit());
      for (Order order : more ? found.subList(0, filter.limit()) : found) {
        views.add(order.view());
      }
      String cursor = null;
      if (more) {
        OrderView last = views.get(views.size() - 1);
        cursor = new Cursor(last.createdAt(), last.orderId()).encode(LIST);
      }
      return new Page<>(views, cursor);
    }
  }

  /**
   * A resting order and the quote that crosses it.
   *
   * @param quote received after the order last saw the market
   */
  public record Crossed(OrderKey key, Quote quote) {}

  /**
   * The quotes that resting orders are held against; each list has one of a symbol at most.
   *
   * @param lowestAsks what buy orders may trade at
   * @param highestBids what sell orders may trade at
   * @param highestLasts what may trigger buy stops
   * @param lowestLasts what may trigger sell stops
   */
  public record Touches(
      List<Quote> lowestAsks,
      List<Quote> highestBids,
      List<Quote> highestLasts,
      List<Quote> lowestLasts) {}

  /**
   * The resting orders that may trade now, or whose trigger is reached, in one statement.
   *
   * @param most how many at most for a symbol, side and kind
   */
  public List<Crossed> crossedBy(Touches touches, int most) {
    List<Quote> all = new ArrayList<>();
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(CROSSED)) {
      int next = bindTouches(c, s, 1, touches.lowestAsks(), Quote::ask, all, most);
      next = bindTouches(c, s, next, touches.highestBids(), Quote::bid, all, most);
      next = bindTouches(c, s, next, touches.highestLasts(), Quote::last, all, most);
      bindTouches(c, s, next, touches.lowestLasts(), Quote::last, all, most);
      List<Crossed> crossed = new ArrayList<>();
      try (ResultSet rows = s.executeQuery()) {
        while (rows.next()) {
          crossed.add(new Crossed(key(rows), all.get(rows.getInt(5))));
        }
      }
      return crossed;
    } catch (SQLException e) {
      throw new StoreFault("looking for crossed orders", e);
    }
  }

  private static int bindTouches(
      Connection c,
      PreparedStatement s,
      int index,
      List<Quote> quotes,
      Function<Quote, Price> touch,
      List<Quote> all,
      int most)
      throws SQLException {
    int n = quotes.size();
    String[] symbols = new String[n];
    BigDecimal[] touches = new BigDecimal[n];
    OffsetDateTime[] receivedAt = new OffsetDateTime[n];
    int[] at = new int[n];
    for (int i = 0; i < n; i++) {
      Quote quote = quotes.get(i);
      symbols[i] = quote.symbol().value();
      touches[i] = touch.apply(quote).value();
      receivedAt[i] = Sql.utc(quote.receivedAt().truncatedTo(ChronoUnit.MICROS));
      at[i] = all.size();
      all.add(quote);
    }
    s.setArray(index, c.createArrayOf("text", symbols));
    s.setArray(index + 1, c.createArrayOf("numeric", touches));
    s.setArray(index + 2, c.createArrayOf("timestamptz", receivedAt));
    s.setObject(index + 3, at);
    s.setInt(index + 4, most);
    return index + 5;
  }

  /** Some of the orders that still work. */
  public List<OrderKey> working(int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(WORKING)) {
      s.setInt(1, most);
      return keys(s);
    } catch (SQLException e) {
      throw new StoreFault("looking for working orders", e);
    }
  }

  /**
   * Some of an account's orders that still work.
   *
   * @param symbol only of this one, or null
   * @param side only of this one, or null
   */
  public List<OrderKey> workingOf(AccountId account, Symbol symbol, Side side, int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(WORKING_OF)) {
      s.setObject(1, account.value());
      s.setString(2, symbol == null ? null : symbol.value());
      s.setString(3, side == null ? null : side.name());
      s.setInt(4, most);
      return keys(s);
    } catch (SQLException e) {
      throw new StoreFault("looking for an account's working orders", e);
    }
  }

  /** Some of the orders of a product that still work. */
  public List<OrderKey> workingOf(Product product, int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(OF_PRODUCT)) {
      s.setString(1, product.name());
      s.setInt(2, most);
      return keys(s);
    } catch (SQLException e) {
      throw new StoreFault("looking for a product's working orders", e);
    }
  }

  /** Some of the orders that a halt should have suspended, and that the end of one should free. */
  public List<OrderKey> touchedByHalts(int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(TOUCHED_BY_HALTS)) {
      s.setInt(1, most);
      return keys(s);
    } catch (SQLException e) {
      throw new StoreFault("looking for orders of halted symbols", e);
    }
  }

  private static List<OrderKey> keys(PreparedStatement s) throws SQLException {
    List<OrderKey> keys = new ArrayList<>();
    try (ResultSet rows = s.executeQuery()) {
      while (rows.next()) {
        keys.add(key(rows));
      }
    }
    return keys;
  }

  private static OrderKey key(ResultSet rows) throws SQLException {
    return new OrderKey(
        rows.getObject(1, UUID.class),
        new AccountId(rows.getObject(2, UUID.class)),
        new Symbol(rows.getString(3)),
        Product.valueOf(rows.getString(4)));
  }

  private static List<Order> orders(PreparedStatement s) throws SQLException {
    try (ResultSet rows = s.executeQuery()) {
      return orders(rows);
    }
  }

  private static List<Order> orders(ResultSet rows) throws SQLException {
    List<Order> orders = new ArrayList<>();
    while (rows.next()) {
      orders.add(order(rows));
    }
    return orders;
  }

  private static Order order(ResultSet rows) throws SQLException {
    Terms terms =
        new Terms(
            Quantity.of(rows.getLong(7)),
            price(rows.getBigDecimal(8)),
            price(rows.getBigDecimal(9)),
            price(rows.getBigDecimal(14)));
    Long placedQuantity = rows.getObject(25, Long.class);
    boolean replaced = placedQuantity != null;
    PlaceOrder request =
        new PlaceOrder(
            new ClOrdID(rows.getString(3)),
            new AccountId(rows.getObject(2, UUID.class)),
            new Symbol(rows.getString(4)),
            Side.valueOf(rows.getString(5)),
            type(rows.getString(6)),
            replaced ? Quantity.of(placedQuantity) : terms.quantity(),
            replaced ? price(rows.getBigDecimal(26)) : terms.price(),
            replaced ? price(rows.getBigDecimal(27)) : terms.triggerPrice(),
            Product.valueOf(rows.getString(10)),
            Validity.valueOf(rows.getString(11)),
            rows.getString(12),
            rows.getString(13));
    OffsetDateTime triggeredAt = rows.getObject(24, OffsetDateTime.class);
    return Order.restored(
        rows.getObject(1, UUID.class),
        request,
        Sql.instant(rows, 22),
        new Order.State(
            terms,
            triggeredAt == null ? null : triggeredAt.toInstant(),
            OrdStatus.valueOf(rows.getString(15)),
            Quantity.of(rows.getLong(16)),
            rows.getBigDecimal(17),
            rows.getObject(18, Integer.class),
            rows.getString(19),
            Sql.instant(rows, 20),
            Sql.instant(rows, 23),
            rows.getInt(21)));
  }

  private static OrdType type(String code) {
    for (OrdType type : OrdType.values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    throw new IllegalStateException("no order type " + code);
  }

  private static BigDecimal value(Price price) {
    return price == null ? null : price.value();
  }

  private static Price price(BigDecimal value) {
    return Objects.isNull(value) ? null : new Price(value);
  }
}
