package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.trading.api.OrderFlow;
import io.tola.trading.api.OrderFlow.Counts;
import io.tola.trading.api.OrderFlow.Refused;
import io.tola.trading.api.OrderFlow.Span;
import io.tola.trading.api.OrderFlow.Working;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** Executions and orders added up. Thread-safe; no state. */
public final class FlowStore {

  // From account to account by the primary key: two look-ups each, however many reports there are.
  private static final String NEWEST =
      "WITH RECURSIVE a(account_id) AS ("
          + "(SELECT e.account_id FROM executions e ORDER BY e.account_id LIMIT 1) UNION ALL"
          + " SELECT (SELECT e.account_id FROM executions e WHERE e.account_id > a.account_id"
          + " ORDER BY e.account_id LIMIT 1) FROM a WHERE a.account_id IS NOT NULL)"
          + " SELECT a.account_id, (SELECT max(e.sequence) FROM executions e"
          + " WHERE e.account_id = a.account_id) FROM a WHERE a.account_id IS NOT NULL";

  // The ORDER BY and LIMIT make the planner go by the primary key, whatever it believes.
  private static final String SPANS =
      " FROM unnest(?::uuid[], ?::int8[], ?::int8[]) AS p(account_id, after, up_to)"
          + " CROSS JOIN LATERAL (SELECT * FROM executions x WHERE x.account_id = p.account_id"
          + " AND x.sequence > p.after AND x.sequence <= p.up_to ORDER BY x.sequence LIMIT "
          + OrderFlow.MOST
          + ") e";

  private static final String DAY = "(e.transact_time AT TIME ZONE 'Asia/Kolkata')::date";

  // The tag by a look-up a row, as in ExecutionStore.AFTER.
  private static final String COUNTS =
      "SELECT e.account_id, "
          + DAY
          + " AS day, count(*) FILTER (WHERE e.exec_type = 'NEW'),"
          + " count(*) FILTER (WHERE e.exec_type IN ('NEW', 'REJECTED')"
          + " AND (SELECT o.tag FROM orders o WHERE o.order_id = e.order_id) IS NULL),"
          + " count(*) FILTER (WHERE e.exec_type = 'REJECTED'),"
          + " count(*) FILTER (WHERE e.exec_type = 'REPLACED'),"
          + " count(*) FILTER (WHERE e.exec_type = 'CANCELED'),"
          + " count(*) FILTER (WHERE e.exec_type = 'TRADE')"
          + SPANS
          + " GROUP BY 1, 2";

  private static final String REFUSED =
      "SELECT e.account_id, "
          + DAY
          + " AS day, o.reject_code, count(*), (array_agg(e.order_id ORDER BY e.sequence DESC))[1],"
          + " (array_agg(e.symbol ORDER BY e.sequence DESC))[1],"
          + " (array_agg(o.tag ORDER BY e.sequence DESC))[1],"
          + " (array_agg(o.reject_reason ORDER BY e.sequence DESC))[1], max(e.transact_time)"
          + SPANS
          + " CROSS JOIN LATERAL (SELECT r.reject_code, r.tag, r.reject_reason FROM orders r"
          + " WHERE r.order_id = e.order_id AND r.reject_code IS NOT NULL LIMIT 1) o"
          + " WHERE e.exec_type = 'REJECTED' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

  private static final String WORKING =
      "SELECT o.symbol, o.product, o.side, count(*), sum(o.leaves_qty)::bigint,"
          + " sum(o.leaves_qty * o.worst_price)"
          + " FROM orders o WHERE o.working AND o.account_id = ?"
          + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

  private final DataSource dataSource;

  public FlowStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The sequence of the newest report of every account that has one. */
  public Map<AccountId, Long> newest() {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(NEWEST);
        ResultSet row = s.executeQuery()) {
      Map<AccountId, Long> newest = new HashMap<>();
      while (row.next()) {
        newest.put(account(row), row.getLong(2));
      }
      return newest;
    } catch (SQLException e) {
      throw new StoreFault("looking for accounts with reports", e);
    }
  }

  /** Counts by account and day. */
  public List<Counts> counts(List<Span> spans) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(COUNTS)) {
      bind(c, s, spans);
      List<Counts> counts = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          counts.add(
              new Counts(
                  account(row),
                  row.getObject(2, LocalDate.class),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getLong(6),
                  row.getLong(7),
                  row.getLong(8)));
        }
      }
      return counts;
    } catch (SQLException e) {
      throw new StoreFault("counting orders", e);
    }
  }

  /** Refused orders by account, day and code. */
  public List<Refused> refused(List<Span> spans) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(REFUSED)) {
      bind(c, s, spans);
      List<Refused> refused = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          refused.add(
              new Refused(
                  account(row),
                  row.getObject(2, LocalDate.class),
                  row.getInt(3),
                  row.getLong(4),
                  row.getObject(5, UUID.class),
                  new Symbol(row.getString(6)),
                  row.getString(7),
                  row.getString(8),
                  Sql.instant(row, 9)));
        }
      }
      return refused;
    } catch (SQLException e) {
      throw new StoreFault("counting refused orders", e);
    }
  }

  /** What of the account's orders works now. */
  public List<Working> working(AccountId account) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(WORKING)) {
      s.setObject(1, account.value());
      List<Working> working = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          working.add(
              new Working(
                  new Symbol(row.getString(1)),
                  Product.valueOf(row.getString(2)),
                  Side.valueOf(row.getString(3)),
                  row.getLong(4),
                  row.getLong(5),
                  new Money(row.getBigDecimal(6))));
        }
      }
      return working;
    } catch (SQLException e) {
      throw new StoreFault("adding up working orders", e);
    }
  }

  private static void bind(Connection c, PreparedStatement s, List<Span> spans)
      throws SQLException {
    s.setArray(
        1,
        c.createArrayOf(
            "uuid", spans.stream().map(x -> x.accountId().value()).toArray(UUID[]::new)));
    s.setObject(2, spans.stream().mapToLong(Span::after).toArray());
    s.setObject(3, spans.stream().mapToLong(Span::upTo).toArray());
  }

  private static AccountId account(ResultSet row) throws SQLException {
    return new AccountId(row.getObject(1, UUID.class));
  }
}
