package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.trading.api.OrderFlow;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;

/**
 * Orders counted by account and day, and how far. Every method works in the caller's transaction, if
 * there is one. Thread-safe; faults of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class FlowCounts {

  /** Any number, as long as nobody else takes it: "tolaflow" in ASCII. */
  private static final long LEADER_LOCK = 0x746f6c61666c6f77L;

  private static final String ADVANCE =
      "INSERT INTO order_flow (account_id, sequence) SELECT * FROM unnest(?::uuid[], ?::int8[])"
          + " ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence";

  private static final String COUNT =
      "INSERT INTO order_days AS d"
          + " (day, account_id, orders, untagged, refused, replaced, canceled, trades)"
          + " SELECT * FROM unnest(?::date[], ?::uuid[], ?::int8[], ?::int8[], ?::int8[], ?::int8[],"
          + " ?::int8[], ?::int8[])"
          + " ON CONFLICT (day, account_id) DO UPDATE SET orders = d.orders + excluded.orders,"
          + " untagged = d.untagged + excluded.untagged, refused = d.refused + excluded.refused,"
          + " replaced = d.replaced + excluded.replaced, canceled = d.canceled + excluded.canceled,"
          + " trades = d.trades + excluded.trades"
          + " RETURNING day, account_id, orders, untagged, refused, replaced, canceled, trades,"
          + " alerted";

  private static final String REFUSE =
      "INSERT INTO refusal_days AS d (day, account_id, code, refused)"
          + " SELECT * FROM unnest(?::date[], ?::uuid[], ?::int4[], ?::int8[])"
          + " ON CONFLICT (day, account_id, code) DO UPDATE SET refused = d.refused + excluded.refused";

  private static final String DAYS =
      "SELECT day, account_id, orders, untagged, refused, replaced, canceled, trades, alerted"
          + " FROM order_days WHERE day = ?";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public FlowCounts() {}

  public FlowCounts(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * An account's day, with everything counted so far.
   *
   * @param alerted how high its order-to-trade ratio was told of: 0 to 2
   */
  public record Day(OrderFlow.Counts counts, int alerted) {}

  /** Whether this transaction is the one that counts; others leave it alone until it ends. */
  public boolean lead() {
    return read(
        "can't take the counter's lock",
        "SELECT pg_try_advisory_xact_lock(?)",
        s -> s.setLong(1, LEADER_LOCK),
        row -> {
          row.next();
          return row.getBoolean(1);
        });
  }

  /** How far each account was counted. */
  public Map<AccountId, Long> positions() {
    return read(
        "can't read how far orders were counted",
        "SELECT account_id, sequence FROM order_flow",
        s -> {},
        row -> {
          Map<AccountId, Long> positions = new HashMap<>();
          while (row.next()) {
            positions.put(new AccountId(row.getObject(1, UUID.class)), row.getLong(2));
          }
          return positions;
        });
  }

  /** Moves accounts on. */
  public void advance(Collection<OrderFlow.Span> spans) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(ADVANCE)) {
      List<OrderFlow.Span> list = List.copyOf(spans);
      s.setArray(1, uuids(c, list, OrderFlow.Span::accountId));
      s.setObject(2, list.stream().mapToLong(OrderFlow.Span::upTo).toArray());
      s.executeUpdate();
    } catch (SQLException e) {
      throw new StoreFault("can't note how far orders were counted", e);
    }
  }

  /** Adds to accounts' days; gives them as they are now. */
  public List<Day> add(List<OrderFlow.Counts> counts) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(COUNT)) {
      s.setArray(1, dates(c, counts, OrderFlow.Counts::day));
      s.setArray(2, uuids(c, counts, OrderFlow.Counts::accountId));
      int i = 3;
      for (ToLongFunction<OrderFlow.Counts> column :
          List.<ToLongFunction<OrderFlow.Counts>>of(
              OrderFlow.Counts::orders,
              OrderFlow.Counts::untagged,
              OrderFlow.Counts::refused,
              OrderFlow.Counts::replaced,
              OrderFlow.Counts::canceled,
              OrderFlow.Counts::trades)) {
        s.setObject(i++, counts.stream().mapToLong(column).toArray());
      }
      try (ResultSet rows = s.executeQuery()) {
        return days(rows);
      }
    } catch (SQLException e) {
      throw new StoreFault("can't count orders", e);
    }
  }

  /** Adds to the refusals of accounts' days. */
  public void addRefused(List<OrderFlow.Refused> refused) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(REFUSE)) {
      s.setArray(1, dates(c, refused, OrderFlow.Refused::day));
      s.setArray(2, uuids(c, refused, OrderFlow.Refused::accountId));
      s.setObject(3, refused.stream().mapToInt(OrderFlow.Refused::code).toArray());
      s.setObject(4, refused.stream().mapToLong(OrderFlow.Refused::count).toArray());
      s.executeUpdate();
    } catch (SQLException e) {
      throw new StoreFault("can't count refused orders", e);
    }
  }

  /** Notes that an account's day was told of. */
  public void alerted(LocalDate day, AccountId account, int level) {
    read(
        "can't note an alert",
        "UPDATE order_days SET alerted = ? WHERE day = ? AND account_id = ? RETURNING alerted",
        s -> {
          s.setInt(1, level);
          s.setObject(2, day);
          s.setObject(3, account.value());
        },
        row -> row.next());
  }

  /**
   * A day of accounts, those with most orders first.
   *
   * @param account only this one, or null
   */
  public List<OrderFlow.Counts> day(LocalDate day, AccountId account, int most) {
    return read(
            "can't read a day's counts",
            DAYS
                + (account == null ? "" : " AND account_id = ?")
                + " ORDER BY orders + replaced + canceled DESC, account_id LIMIT ?",
            s -> {
              int i = 1;
              s.setObject(i++, day);
              if (account != null) {
                s.setObject(i++, account.value());
              }
              s.setInt(i, most);
            },
            FlowCounts::days)
        .stream()
        .map(Day::counts)
        .toList();
  }

  /**
   * A day of all accounts together.
   *
   * @param accounts how many did something
   */
  public record Total(
      long accounts,
      long orders,
      long untagged,
      long refused,
      long replaced,
      long canceled,
      long trades) {}

  /** A day of all accounts together. */
  public Total total(LocalDate day) {
    return read(
        "can't add up a day's counts",
        "SELECT count(*), coalesce(sum(orders), 0), coalesce(sum(untagged), 0),"
            + " coalesce(sum(refused), 0), coalesce(sum(replaced), 0), coalesce(sum(canceled), 0),"
            + " coalesce(sum(trades), 0) FROM order_days WHERE day = ?",
        s -> s.setObject(1, day),
        row -> {
          row.next();
          return new Total(
              row.getLong(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6),
              row.getLong(7));
        });
  }

  /** Refused orders of a day by code, in the order of codes. */
  public Map<Integer, Long> refusals(LocalDate day) {
    return read(
        "can't read a day's refusals",
        "SELECT code, sum(refused)::bigint FROM refusal_days WHERE day = ? GROUP BY 1 ORDER BY 1",
        s -> s.setObject(1, day),
        row -> {
          Map<Integer, Long> refusals = new java.util.LinkedHashMap<>();
          while (row.next()) {
            refusals.put(row.getInt(1), row.getLong(2));
          }
          return refusals;
        });
  }

  private static List<Day> days(ResultSet rows) throws SQLException {
    List<Day> days = new ArrayList<>();
    while (rows.next()) {
      days.add(
          new Day(
              new OrderFlow.Counts(
                  new AccountId(rows.getObject("account_id", UUID.class)),
                  rows.getObject("day", LocalDate.class),
                  rows.getLong("orders"),
                  rows.getLong("untagged"),
                  rows.getLong("refused"),
                  rows.getLong("replaced"),
                  rows.getLong("canceled"),
                  rows.getLong("trades")),
              rows.getInt("alerted")));
    }
    return days;
  }

  private static <T> Array uuids(Connection c, List<T> rows, Function<T, AccountId> account)
      throws SQLException {
    return c.createArrayOf(
        "uuid", rows.stream().map(row -> account.apply(row).value()).toArray(UUID[]::new));
  }

  private static <T> Array dates(Connection c, List<T> rows, Function<T, LocalDate> day)
      throws SQLException {
    return c.createArrayOf(
        "date", rows.stream().map(row -> day.apply(row).toString()).toArray(String[]::new));
  }

  private interface Binding {
    void to(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T of(ResultSet rows) throws SQLException;
  }

  private <T> T read(String otherwise, String sql, Binding binding, Reading<T> reading) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
      binding.to(s);
      try (ResultSet rows = s.executeQuery()) {
        return reading.of(rows);
      }
    } catch (SQLException e) {
      throw new StoreFault(otherwise, e);
    }
  }
}
