package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Order;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The table {@code orders}. Thread-safe; the methods that write join the caller's transaction, and
 * the caller holds the lock of every account whose orders it writes.
 */
public class OrderStore {

  private static final String COLUMNS =
      "o.order_id, o.account_id, o.client_order_id, o.symbol, o.side, o.order_type, o.quantity,"
          + " o.price, o.trigger_price, o.product, o.validity, o.tag, o.entered_by, o.worst_price,"
          + " o.status, o.cum_qty, o.cum_value, o.reject_code, o.reject_reason, o.seen_at,"
          + " o.version, o.created_at, o.updated_at";

  static final String INSERT =
      "INSERT INTO orders (order_id, account_id, client_order_id, symbol, side, order_type, quantity,"
          + " price, trigger_price, product, validity, tag, entered_by, worst_price, status, cum_qty,"
          + " leaves_qty, cum_value, reject_code, reject_reason, version, seen_at, created_at,"
          + " updated_at)"
          + " SELECT u.order_id, u.account_id, u.client_order_id, u.symbol, u.side, u.order_type,"
          + " u.quantity, u.price, u.trigger_price, u.product, u.validity, u.tag, u.entered_by,"
          + " u.worst_price, u.status, u.cum_qty, u.leaves_qty, u.cum_value, u.reject_code,"
          + " u.reject_reason, u.version, b.now + u.seen_after * interval '1 microsecond', b.now,"
          + " b.now"
          + " FROM (SELECT ?::timestamptz AS now) b, unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::int8[], ?::numeric[], ?::numeric[], ?::text[], ?::text[],"
          + " ?::text[], ?::text[], ?::numeric[], ?::text[], ?::int8[], ?::int8[], ?::numeric[],"
          + " ?::int4[], ?::text[], ?::int4[], ?::int8[])"
          + " AS u(order_id, account_id, client_order_id, symbol, side, order_type, quantity, price,"
          + " trigger_price, product, validity, tag, entered_by, worst_price, status, cum_qty,"
          + " leaves_qty, cum_value, reject_code, reject_reason, version, seen_after)";

  static final String MOVE =
      "SELECT move_orders(?::uuid[], ?::int4[], ?::text[], ?::int8[], ?::int8[], ?::numeric[],"
          + " ?::int4[], ?::timestamptz[], ?::timestamptz[])";

  // LATERAL with a LIMIT leaves the planner one way only, the unique index, whatever it believes of
  // the table's size: a plan kept from when the table was empty would read all of it on every call.
  private static final String BY_CLIENT_KEY =
      "SELECT "
          + COLUMNS
          + " FROM unnest(?::uuid[], ?::text[]) AS k(account_id, client_order_id)"
          + " CROSS JOIN LATERAL (SELECT * FROM orders x WHERE x.account_id = k.account_id"
          + " AND x.client_order_id = k.client_order_id LIMIT 1) o";

  private static final String KEYS =
      "SELECT o.order_id, o.account_id, o.symbol, o.product FROM unnest(?::uuid[]) AS k(order_id)"
          + " CROSS JOIN LATERAL (SELECT * FROM orders x WHERE x.order_id = k.order_id LIMIT 1) o";

  private static final String LOCK =
      "SELECT "
          + COLUMNS
          + " FROM unnest(?::uuid[]) AS k(order_id) CROSS JOIN LATERAL"
          + " (SELECT * FROM orders x WHERE x.order_id = k.order_id LIMIT 1 FOR NO KEY UPDATE) o";

  private static final String BY_ID = "SELECT " + COLUMNS + " FROM orders o WHERE o.order_id = ?";

  private static final String CROSSED =
      "SELECT o.order_id, o.account_id, o.symbol, o.product, TRUE, q.at"
          + " FROM unnest(?::text[], ?::numeric[], ?::timestamptz[]) WITH ORDINALITY"
          + " AS q(symbol, touch, received_at, at)"
          + " CROSS JOIN LATERAL (SELECT order_id, account_id, symbol, product FROM orders x"
          + " WHERE x.working AND x.symbol = q.symbol AND x.side = 'BUY' AND x.worst_price >= q.touch"
          + " AND x.seen_at < q.received_at LIMIT ?) o"
          + " UNION ALL"
          + " SELECT o.order_id, o.account_id, o.symbol, o.product, FALSE, q.at"
          + " FROM unnest(?::text[], ?::numeric[], ?::timestamptz[]) WITH ORDINALITY"
          + " AS q(symbol, touch, received_at, at)"
          + " CROSS JOIN LATERAL (SELECT order_id, account_id, symbol, product FROM orders x"
          + " WHERE x.working AND x.symbol = q.symbol AND x.side = 'SELL' AND x.worst_price <= q.touch"
          + " AND x.seen_at < q.received_at LIMIT ?) o";

  private static final String WORKING =
      "SELECT order_id, account_id, symbol, product FROM orders WHERE working LIMIT ?";

  private final DataSource dataSource;

  public OrderStore(DataSource dataSource) {
    this.dataSource = dataSource;
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
    for (int k = 0; k < n; k++) {
      Order order = orders.get(k);
      PlaceOrder request = order.request();
      orderId[k] = order.orderId();
      accountId[k] = request.accountId().value();
      clientOrderId[k] = request.clOrdId().value();
      symbol[k] = request.symbol().value();
      side[k] = request.side().name();
      type[k] = request.ordType().code();
      quantity[k] = request.quantity().value();
      price[k] = value(request.price());
      trigger[k] = value(request.triggerPrice());
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
    return i;
  }

  /** The stored orders among those (account, client_order_id); one statement. */
  public List<Order> byClientKeys(List<PlaceOrder> requests) {
    int n = requests.size();
    if (n == 0) {
      return List.of();
    }
    UUID[] accountId = new UUID[n];
    String[] clientOrderId = new String[n];
    for (int i = 0; i < n; i++) {
      accountId[i] = requests.get(i).accountId().value();
      clientOrderId[i] = requests.get(i).clOrdId().value();
    }
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(BY_CLIENT_KEY)) {
      s.setArray(1, c.createArrayOf("uuid", accountId));
      s.setArray(2, c.createArrayOf("text", clientOrderId));
      return orders(s);
    } catch (SQLException e) {
      throw new StoreFault("looking for client_order_ids", e);
    }
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
   * Reads orders as they stand and locks their rows until the transaction ends. The account's lock
   * is what serialises the pipelines; the row's lock also keeps out whoever changes an order by
   * hand.
   */
  public List<Order> lock(Collection<UUID> orderIds) {
    if (orderIds.isEmpty()) {
      return List.of();
    }
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(LOCK)) {
      s.setArray(1, c.createArrayOf("uuid", orderIds.toArray()));
      return orders(s);
    } catch (SQLException e) {
      throw new StoreFault("locking orders", e);
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
    Cursor after = Cursor.decode(filter.cursor(), Cursor.Of.ORDERS);
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
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
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
        cursor = new Cursor(last.createdAt(), last.orderId()).encode(Cursor.Of.ORDERS);
      }
      return new Page<>(views, cursor);
    } catch (SQLException e) {
      throw new StoreFault("reading the history of orders", e);
    }
  }

  /**
   * A resting order and the quote that crosses it.
   *
   * @param quote received after the order last saw the market
   */
  public record Crossed(OrderKey key, Quote quote) {}

  /**
   * The resting orders that may trade now, in one statement.
   *
   * @param asks for each symbol the quote that buy orders are held against
   * @param bids for each symbol the quote that sell orders are held against
   * @param most how many at most for a symbol and side
   */
  public List<Crossed> crossedBy(List<Quote> asks, List<Quote> bids, int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(CROSSED)) {
      touches(c, s, 1, asks, true);
      s.setInt(4, most);
      touches(c, s, 5, bids, false);
      s.setInt(8, most);
      List<Crossed> crossed = new ArrayList<>();
      try (ResultSet rows = s.executeQuery()) {
        while (rows.next()) {
          List<Quote> side = rows.getBoolean(5) ? asks : bids;
          crossed.add(new Crossed(key(rows), side.get(rows.getInt(6) - 1)));
        }
      }
      return crossed;
    } catch (SQLException e) {
      throw new StoreFault("looking for crossed orders", e);
    }
  }

  private static void touches(
      Connection c, PreparedStatement s, int index, List<Quote> quotes, boolean ask)
      throws SQLException {
    int n = quotes.size();
    String[] symbols = new String[n];
    BigDecimal[] touches = new BigDecimal[n];
    OffsetDateTime[] receivedAt = new OffsetDateTime[n];
    for (int i = 0; i < n; i++) {
      Quote quote = quotes.get(i);
      symbols[i] = quote.symbol().value();
      touches[i] = (ask ? quote.ask() : quote.bid()).value();
      receivedAt[i] = Sql.utc(quote.receivedAt().truncatedTo(ChronoUnit.MICROS));
    }
    s.setArray(index, c.createArrayOf("text", symbols));
    s.setArray(index + 1, c.createArrayOf("numeric", touches));
    s.setArray(index + 2, c.createArrayOf("timestamptz", receivedAt));
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
    List<Order> orders = new ArrayList<>();
    try (ResultSet rows = s.executeQuery()) {
      while (rows.next()) {
        orders.add(order(rows));
      }
    }
    return orders;
  }

  private static Order order(ResultSet rows) throws SQLException {
    PlaceOrder request =
        new PlaceOrder(
            new ClOrdID(rows.getString(3)),
            new AccountId(rows.getObject(2, UUID.class)),
            new Symbol(rows.getString(4)),
            Side.valueOf(rows.getString(5)),
            type(rows.getString(6)),
            Quantity.of(rows.getLong(7)),
            price(rows.getBigDecimal(8)),
            price(rows.getBigDecimal(9)),
            Product.valueOf(rows.getString(10)),
            Validity.valueOf(rows.getString(11)),
            rows.getString(12),
            rows.getString(13));
    return Order.restored(
        rows.getObject(1, UUID.class),
        request,
        price(rows.getBigDecimal(14)),
        Sql.instant(rows, 22),
        new Order.State(
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
