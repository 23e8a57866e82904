package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Cursor;
import io.tola.kernel.Page;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskSeverity;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Risk events by month, and the numbers of their alerts. Every method works in the caller's
 * transaction, if there is one. Thread-safe; faults of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class EventStore {

  /** Of the cursors of this list. */
  private static final char LIST = 'e';

  private static final String INSERT =
      "INSERT INTO risk_events (id, at, kind, severity, account_id, actor, detail)"
          + " SELECT u.id, u.at, u.kind, u.severity, u.account_id, u.actor, u.detail::jsonb"
          + " FROM unnest(?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::uuid[], ?::text[],"
          + " ?::text[]) AS u(id, at, kind, severity, account_id, actor, detail)";

  // In the order of scopes, so that two writers never wait for each other.
  private static final String SEQUENCES =
      "INSERT INTO alert_sequences AS a (scope, sequence)"
          + " SELECT u.scope, u.n FROM unnest(?::text[], ?::int8[]) AS u(scope, n) ORDER BY u.scope"
          + " ON CONFLICT (scope) DO UPDATE SET sequence = a.sequence + excluded.sequence"
          + " RETURNING scope, sequence";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private ReadRouter router;

  /** For the container. */
  public EventStore() {}

  public EventStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.router = new ReadRouter();
  }

  /** Writes events; makes the months that are missing. */
  public void insert(List<RiskEvent> events) {
    write(INSERT, events);
  }

  /**
   * Writes those that aren't there yet, by time and id.
   *
   * @return how many
   */
  public int insertNew(List<RiskEvent> events) {
    return write(INSERT + " ON CONFLICT (at, id) DO NOTHING", events);
  }

  private int write(String sql, List<RiskEvent> events) {
    if (events.isEmpty()) {
      return 0;
    }
    int n = events.size();
    UUID[] id = new UUID[n];
    OffsetDateTime[] at = new OffsetDateTime[n];
    String[] kind = new String[n];
    String[] severity = new String[n];
    UUID[] account = new UUID[n];
    String[] actor = new String[n];
    String[] detail = new String[n];
    OffsetDateTime first = null;
    OffsetDateTime last = null;
    for (int k = 0; k < n; k++) {
      RiskEvent event = events.get(k);
      id[k] = event.id();
      at[k] = utc(event.at());
      kind[k] = event.kind().name();
      severity[k] = event.severity().name();
      account[k] = event.accountId() == null ? null : event.accountId().value();
      actor[k] = event.actor();
      detail[k] = event.detail();
      first = first == null || at[k].isBefore(first) ? at[k] : first;
      last = last == null || at[k].isAfter(last) ? at[k] : last;
    }
    try (Connection c = dataSource.getConnection()) {
      ensureMonths(c, first, last);
      try (PreparedStatement s = c.prepareStatement(sql)) {
        s.setArray(1, c.createArrayOf("uuid", id));
        s.setArray(2, c.createArrayOf("timestamptz", at));
        s.setArray(3, c.createArrayOf("text", kind));
        s.setArray(4, c.createArrayOf("text", severity));
        s.setArray(5, c.createArrayOf("uuid", account));
        s.setArray(6, c.createArrayOf("text", actor));
        s.setArray(7, c.createArrayOf("text", detail));
        return s.executeUpdate();
      }
    } catch (SQLException e) {
      throw new StoreFault("can't write risk events", e);
    }
  }

  /**
   * Draws numbers for alerts and holds their scopes until the end of the transaction.
   *
   * @param alerts how many of each scope
   * @return the last number drawn for each
   */
  public Map<String, Long> drawSequences(Map<String, Long> alerts) {
    TreeMap<String, Long> sorted = new TreeMap<>(alerts);
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(SEQUENCES)) {
      s.setArray(1, c.createArrayOf("text", sorted.keySet().toArray(String[]::new)));
      s.setObject(2, sorted.values().stream().mapToLong(Long::longValue).toArray());
      Map<String, Long> drawn = new HashMap<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          drawn.put(row.getString(1), row.getLong(2));
        }
      }
      return drawn;
    } catch (SQLException e) {
      throw new StoreFault("can't number alerts", e);
    }
  }

  /**
   * Events, newest first, page by page.
   *
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad cursor
   */
  public Page<RiskEvent> list(RiskEventFilter filter) {
    Cursor after = Cursor.decode(filter.cursor(), LIST);
    StringBuilder where = new StringBuilder();
    List<Object> values = new ArrayList<>();
    if (filter.kind() != null) {
      where.append(" AND e.kind = ?");
      values.add(filter.kind().name());
    }
    if (filter.severity() != null) {
      where.append(" AND e.severity = ?");
      values.add(filter.severity().name());
    }
    if (filter.from() != null) {
      where.append(" AND e.at >= ?");
      values.add(utc(filter.from()));
    }
    if (filter.to() != null) {
      where.append(" AND e.at < ?");
      values.add(utc(filter.to()));
    }
    if (after != null) {
      where.append(" AND (e.at, e.id) < (?, ?)");
      values.add(utc(after.at()));
      values.add(after.id());
    }
    String columns = "e.id, e.at, e.kind, e.severity, e.account_id, e.actor, e.detail";
    String newest = where + " ORDER BY e.at DESC, e.id DESC LIMIT ?";
    // Account by account: each goes by its index and gives no more than a page.
    String sql =
        filter.accounts() == null
            ? "SELECT " + columns + " FROM risk_events e WHERE true" + newest
            : "SELECT e.* FROM unnest(?::uuid[]) AS a(id) CROSS JOIN LATERAL (SELECT "
                + columns
                + " FROM risk_events e WHERE e.account_id = a.id"
                + newest
                + ") e ORDER BY e.at DESC, e.id DESC LIMIT ?";
    try {
      // ACKNOWLEDGED: who threw the kill switch looks for its event next.
      return router.read(
          "risk_events", Freshness.ACKNOWLEDGED, dataSource, c -> list(c, sql, filter, values));
    } catch (SQLException e) {
      throw new StoreFault("can't read risk events", e);
    }
  }

  private static Page<RiskEvent> list(
      Connection c, String sql, RiskEventFilter filter, List<Object> values) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      int i = 1;
      if (filter.accounts() != null) {
        s.setArray(i++, c.createArrayOf("uuid", ids(filter.accounts())));
      }
      for (Object value : values) {
        s.setObject(i++, value);
      }
      s.setInt(i++, filter.limit() + 1);
      if (filter.accounts() != null) {
        s.setInt(i, filter.limit() + 1);
      }
      List<RiskEvent> found = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          found.add(event(row));
        }
      }
      if (found.size() <= filter.limit()) {
        return new Page<>(found, null);
      }
      List<RiskEvent> page = found.subList(0, filter.limit());
      RiskEvent last = page.get(page.size() - 1);
      return new Page<>(page, new Cursor(last.at(), last.id()).encode(LIST));
    }
  }

  /** Makes the partitions of these months. */
  public void ensureMonths(Instant from, Instant until) {
    try (Connection c = dataSource.getConnection()) {
      ensureMonths(c, utc(from), utc(until));
    } catch (SQLException e) {
      throw new StoreFault("can't make months of risk events", e);
    }
  }

  /**
   * Drops the months that ended before the moment.
   *
   * @return their partitions' names
   */
  public List<String> dropMonthsBefore(Instant before) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement("SELECT drop_event_months_before(?)")) {
      s.setObject(1, utc(before));
      try (ResultSet row = s.executeQuery()) {
        row.next();
        return List.of((String[]) row.getArray(1).getArray());
      }
    } catch (SQLException e) {
      throw new StoreFault("can't drop months of risk events", e);
    }
  }

  private static void ensureMonths(Connection c, OffsetDateTime from, OffsetDateTime until)
      throws SQLException {
    try (PreparedStatement s = c.prepareStatement("SELECT ensure_event_months(?, ?)")) {
      s.setObject(1, from);
      s.setObject(2, until);
      s.execute();
    }
  }

  private static RiskEvent event(ResultSet row) throws SQLException {
    UUID account = row.getObject("account_id", UUID.class);
    return new RiskEvent(
        row.getObject("id", UUID.class),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        RiskEventKind.valueOf(row.getString("kind")),
        RiskSeverity.valueOf(row.getString("severity")),
        account == null ? null : new AccountId(account),
        row.getString("actor"),
        row.getString("detail"));
  }

  private static UUID[] ids(Collection<AccountId> accounts) {
    return accounts.stream().map(AccountId::value).toArray(UUID[]::new);
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
