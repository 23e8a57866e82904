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
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.ExecutionFeed;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.Side;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/** The append-only table {@code executions}; {@link BatchStore} writes it. Thread-safe. */
public class ExecutionStore {

  /** Of the cursors of this list. */
  private static final char LIST = 't';

  static final String INSERT =
      "INSERT INTO executions (account_id, sequence, exec_id, order_id, transact_time, last_qty,"
          + " cum_qty, leaves_qty, symbol, side, exec_type, ord_status, last_px, cum_value, text)"
          + " SELECT u.account_id, u.sequence, u.exec_id, u.order_id, b.now, u.last_qty, u.cum_qty,"
          + " u.leaves_qty, u.symbol, u.side, u.exec_type, u.ord_status, u.last_px, u.cum_value,"
          + " u.text"
          + " FROM (SELECT ?::timestamptz AS now) b, unnest(?::uuid[], ?::int8[], ?::uuid[], ?::uuid[],"
          + " ?::int8[], ?::int8[], ?::int8[], ?::text[], ?::text[], ?::text[], ?::text[],"
          + " ?::numeric[], ?::numeric[], ?::text[])"
          + " AS u(account_id, sequence, exec_id, order_id, last_qty, cum_qty, leaves_qty, symbol,"
          + " side, exec_type, ord_status, last_px, cum_value, text)";

  private static final String COLUMNS =
      "e.exec_id, e.order_id, o.client_order_id, e.account_id, e.sequence, e.symbol, e.side,"
          + " e.exec_type, e.ord_status, e.last_qty, e.last_px, e.cum_qty, e.leaves_qty, e.cum_value,"
          + " e.text, e.transact_time";

  private static final String OF_ORDER =
      "SELECT "
          + COLUMNS
          + " FROM executions e JOIN orders o USING (order_id) WHERE e.order_id = ?"
          + " ORDER BY e.sequence";

  private static final String NEWEST =
      "SELECT a.account_id, coalesce((SELECT max(e.sequence) FROM executions e"
          + " WHERE e.account_id = a.account_id), 0) FROM unnest(?::uuid[]) AS a(account_id)";

  // The client_order_id by a look-up a row: joined, the planner may read all orders for a reading
  // that finds nothing, and most find nothing.
  private static final String AFTER =
      "SELECT e.exec_id, e.order_id, (SELECT o.client_order_id FROM orders o WHERE o.order_id ="
          + " e.order_id), e.account_id, e.sequence, e.symbol, e.side, e.exec_type, e.ord_status,"
          + " e.last_qty, e.last_px, e.cum_qty, e.leaves_qty, e.cum_value, e.text, e.transact_time,"
          + " p.after FROM unnest(?::uuid[], ?::int8[]) AS p(account_id, after) CROSS JOIN LATERAL"
          + " (SELECT * FROM executions x WHERE x.account_id = p.account_id"
          + " AND x.sequence > p.after ORDER BY x.sequence LIMIT "
          + ExecutionFeed.MOST
          + ") e ORDER BY e.account_id, p.after, e.sequence";

  /** For what isn't worth a look at the replica. */
  private static final ReadRouter PRIMARY = new ReadRouter();

  private final DataSource dataSource;
  private final ReadRouter router;

  public ExecutionStore(DataSource dataSource) {
    this(dataSource, new ReadRouter());
  }

  /**
   * Works on the primary but for lists of the past.
   *
   * @param router where those go
   */
  public ExecutionStore(DataSource dataSource, ReadRouter router) {
    this.dataSource = dataSource;
    this.router = router;
  }

  /** Sets the values of {@link #INSERT} from {@code index} on; returns the next free index. */
  static int bindInsert(
      Connection c, PreparedStatement s, int index, List<Report> reports, Instant now)
      throws SQLException {
    int n = reports.size();
    UUID[] accountId = new UUID[n];
    long[] sequence = new long[n];
    UUID[] execId = new UUID[n];
    UUID[] orderId = new UUID[n];
    long[] lastQuantity = new long[n];
    long[] cumQuantity = new long[n];
    long[] leavesQuantity = new long[n];
    String[] symbol = new String[n];
    String[] side = new String[n];
    String[] execType = new String[n];
    String[] status = new String[n];
    BigDecimal[] lastPrice = new BigDecimal[n];
    BigDecimal[] cumValue = new BigDecimal[n];
    String[] text = new String[n];
    for (int k = 0; k < n; k++) {
      Report report = reports.get(k);
      Order order = report.order();
      accountId[k] = order.request().accountId().value();
      sequence[k] = report.sequence();
      execId[k] = report.execId();
      orderId[k] = order.orderId();
      lastQuantity[k] = report.step().lastQuantity().value();
      cumQuantity[k] = report.step().cumQuantity().value();
      leavesQuantity[k] = report.step().leavesQuantity().value();
      symbol[k] = order.request().symbol().value();
      side[k] = order.request().side().name();
      execType[k] = report.step().execType().name();
      status[k] = report.step().status().name();
      lastPrice[k] = report.lastPrice() == null ? null : report.lastPrice().value();
      cumValue[k] = report.step().cumValue();
      text[k] = report.step().text();
    }
    int i = index;
    s.setObject(i++, Sql.utc(now));
    s.setArray(i++, c.createArrayOf("uuid", accountId));
    s.setObject(i++, sequence);
    s.setArray(i++, c.createArrayOf("uuid", execId));
    s.setArray(i++, c.createArrayOf("uuid", orderId));
    s.setObject(i++, lastQuantity);
    s.setObject(i++, cumQuantity);
    s.setObject(i++, leavesQuantity);
    s.setArray(i++, c.createArrayOf("text", symbol));
    s.setArray(i++, c.createArrayOf("text", side));
    s.setArray(i++, c.createArrayOf("text", execType));
    s.setArray(i++, c.createArrayOf("text", status));
    s.setArray(i++, c.createArrayOf("numeric", lastPrice));
    s.setArray(i++, c.createArrayOf("numeric", cumValue));
    s.setArray(i++, c.createArrayOf("text", text));
    return i;
  }

  /** All reports of one order, oldest first; the caller has checked whose it is. */
  public List<Execution> ofOrder(UUID orderId) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(OF_ORDER)) {
      s.setObject(1, orderId);
      return executions(s);
    } catch (SQLException e) {
      throw new StoreFault("reading the reports of an order", e);
    }
  }

  /** Executions that traded, newest first, page by page. */
  public Page<Execution> trades(OrderFilter filter) {
    Cursor after = Cursor.decode(filter.cursor(), LIST);
    Sql.Conditions where = new Sql.Conditions();
    if (filter.symbol() != null) {
      where.and("x.symbol = ?", (s, i) -> s.setString(i, filter.symbol().value()));
    }
    if (filter.from() != null) {
      where.and("x.transact_time >= ?", (s, i) -> s.setObject(i, Sql.utc(filter.from())));
    }
    if (filter.to() != null) {
      where.and("x.transact_time < ?", (s, i) -> s.setObject(i, Sql.utc(filter.to())));
    }
    if (after != null) {
      where.and(
          "(x.transact_time, x.exec_id) < (?, ?)",
          (s, i) -> s.setObject(i, Sql.utc(after.at())),
          (s, i) -> s.setObject(i, after.id()));
    }
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM (SELECT t.* FROM unnest(?::uuid[]) AS a(account_id) CROSS JOIN LATERAL"
            + " (SELECT * FROM executions x WHERE x.account_id = a.account_id"
            + " AND x.exec_type = 'TRADE'"
            + where.text()
            + " ORDER BY x.transact_time DESC, x.exec_id DESC LIMIT ?) t"
            + " ORDER BY t.transact_time DESC, t.exec_id DESC LIMIT ?) e"
            + " JOIN orders o USING (order_id) ORDER BY e.transact_time DESC, e.exec_id DESC";
    try {
      // As in OrderStore.history: with an end it is a report. ACKNOWLEDGED: the end may be now.
      return (filter.to() == null ? PRIMARY : router)
          .read(
              "trades_of_a_period",
              Freshness.ACKNOWLEDGED,
              dataSource,
              c -> trades(c, sql, filter, where));
    } catch (SQLException e) {
      throw new StoreFault("reading trades", e);
    }
  }

  private static Page<Execution> trades(
      Connection c, String sql, OrderFilter filter, Sql.Conditions where) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      s.setArray(
          1, c.createArrayOf("uuid", filter.accounts().stream().map(AccountId::value).toArray()));
      int next = where.set(s, 2);
      s.setInt(next, filter.limit() + 1);
      s.setInt(next + 1, filter.limit() + 1);
      List<Execution> found = executions(s);
      if (found.size() <= filter.limit()) {
        return new Page<>(found, null);
      }
      List<Execution> page = found.subList(0, filter.limit());
      Execution last = page.get(page.size() - 1);
      return new Page<>(page, new Cursor(last.transactTime(), last.execId()).encode(LIST));
    }
  }

  /** The sequence of each account's newest report; 0 when it has none. */
  public Map<AccountId, Long> newest(Set<AccountId> accounts) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(NEWEST)) {
      s.setArray(1, c.createArrayOf("uuid", accounts.stream().map(AccountId::value).toArray()));
      Map<AccountId, Long> newest = new HashMap<>();
      try (ResultSet rows = s.executeQuery()) {
        while (rows.next()) {
          newest.put(new AccountId(rows.getObject(1, UUID.class)), rows.getLong(2));
        }
      }
      return newest;
    } catch (SQLException e) {
      throw new StoreFault("reading the newest reports", e);
    }
  }

  /** The reports after each position, oldest first; positions without any are left out. */
  public Map<ExecutionFeed.Position, List<Execution>> after(
      List<ExecutionFeed.Position> positions) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(AFTER)) {
      s.setArray(
          1, c.createArrayOf("uuid", positions.stream().map(p -> p.accountId().value()).toArray()));
      s.setObject(2, positions.stream().mapToLong(ExecutionFeed.Position::after).toArray());
      Map<ExecutionFeed.Position, List<Execution>> found = new LinkedHashMap<>();
      try (ResultSet rows = s.executeQuery()) {
        while (rows.next()) {
          Execution execution = execution(rows);
          found
              .computeIfAbsent(
                  new ExecutionFeed.Position(execution.accountId(), rows.getLong(17)),
                  position -> new ArrayList<>())
              .add(execution);
        }
      }
      return found;
    } catch (SQLException e) {
      throw new StoreFault("reading reports in their order", e);
    }
  }

  private static List<Execution> executions(PreparedStatement s) throws SQLException {
    List<Execution> executions = new ArrayList<>();
    try (ResultSet rows = s.executeQuery()) {
      while (rows.next()) {
        executions.add(execution(rows));
      }
    }
    return executions;
  }

  /** Reads {@link #COLUMNS}. */
  private static Execution execution(ResultSet rows) throws SQLException {
    BigDecimal lastPrice = rows.getBigDecimal(11);
    Quantity cumQuantity = Quantity.of(rows.getLong(12));
    return new Execution(
        rows.getObject(1, UUID.class),
        rows.getObject(2, UUID.class),
        new ClOrdID(rows.getString(3)),
        new AccountId(rows.getObject(4, UUID.class)),
        rows.getLong(5),
        new Symbol(rows.getString(6)),
        Side.valueOf(rows.getString(7)),
        ExecType.valueOf(rows.getString(8)),
        OrdStatus.valueOf(rows.getString(9)),
        Quantity.of(rows.getLong(10)),
        lastPrice == null ? null : new Price(lastPrice),
        cumQuantity,
        Quantity.of(rows.getLong(13)),
        Order.averagePrice(rows.getBigDecimal(14), cumQuantity),
        rows.getString(15),
        Sql.instant(rows, 16));
  }
}
