package io.tola.performance.store;

import io.tola.kernel.Cursor;
import io.tola.kernel.Page;
import io.tola.performance.api.LoadTest;
import io.tola.performance.api.RecordedLoadTest;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** What load tests found. Every method works in the caller's transaction, if there is one. Thread-safe. */
@ApplicationScoped
public class LoadTestStore {

  /** Of the cursors of this list. */
  private static final char LIST = 'l';

  private static final String COLUMNS =
      """
      SELECT t.id, t.run_id, t.scenario, t.started_at, t.revision, t.passed, t.conditions, t.verdicts, t.reported_by,
             t.reported_at, m.names, m.lows, m.figures
      FROM load_tests t
      CROSS JOIN LATERAL (
        SELECT array_agg(metric ORDER BY metric) AS names, array_agg(lower_is_better ORDER BY metric) AS lows,
               array_agg(value ORDER BY metric) AS figures
        FROM performance_metrics WHERE load_test = t.id) m
      """;

  private static final String SAME =
      """
      SELECT scenario = ? AND started_at = ? AND revision = ? AND passed = ? AND conditions = ?::jsonb AND verdicts = ?::jsonb
             AND (SELECT array_agg(metric || '=' || value || lower_is_better ORDER BY metric) FROM performance_metrics
                  WHERE load_test = id)
                 = (SELECT array_agg(a || '=' || b || c ORDER BY a)
                    FROM unnest(?::text[], ?::double precision[], ?::boolean[]) AS given(a, b, c))
      FROM load_tests WHERE run_id = ?
      """;

  // Those that stand behind so many newer ones, of their scenario and of all.
  private static final String DROP =
      """
      DELETE FROM load_tests WHERE id IN (
        (SELECT id FROM load_tests WHERE scenario = ? ORDER BY started_at DESC, id DESC OFFSET ?)
        UNION ALL
        (SELECT id FROM load_tests ORDER BY started_at DESC, id DESC OFFSET ?))
      """;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public LoadTestStore() {}

  /** On a data source of one's own. */
  public LoadTestStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Keeps a run.
   *
   * @return false when one with its run_id is there; nothing was changed then
   */
  public boolean add(LoadTest test, UUID id, String reportedBy, Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO load_tests (id, run_id, scenario, started_at, revision, passed, conditions, verdicts,"
                  + " reported_by, reported_at) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)"
                  + " ON CONFLICT (run_id) DO NOTHING")) {
        insert.setObject(1, id);
        insert.setString(2, test.runId());
        insert.setString(3, test.scenario());
        insert.setObject(4, test.startedAt().atOffset(ZoneOffset.UTC));
        insert.setString(5, test.commit());
        insert.setBoolean(6, test.passed());
        insert.setString(7, test.conditions());
        insert.setString(8, test.verdicts());
        insert.setString(9, reportedBy);
        insert.setObject(10, now.atOffset(ZoneOffset.UTC));
        if (insert.executeUpdate() == 0) {
          return false;
        }
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO performance_metrics (load_test, metric, value, lower_is_better)"
                  + " SELECT ?, a, b, c FROM unnest(?::text[], ?::double precision[], ?::boolean[]) AS given(a, b, c)")) {
        insert.setObject(1, id);
        metrics(connection, insert, 2, test.metrics());
        insert.executeUpdate();
      }
      return true;
    }
  }

  /** Whether the run is there with the same content. */
  public boolean isThere(LoadTest test) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SAME)) {
      select.setString(1, test.scenario());
      select.setObject(2, test.startedAt().atOffset(ZoneOffset.UTC));
      select.setString(3, test.commit());
      select.setBoolean(4, test.passed());
      select.setString(5, test.conditions());
      select.setString(6, test.verdicts());
      metrics(connection, select, 7, test.metrics());
      select.setString(10, test.runId());
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static void metrics(
      Connection connection, PreparedStatement to, int at, List<LoadTest.Metric> metrics)
      throws SQLException {
    to.setArray(
        at,
        connection.createArrayOf("text", metrics.stream().map(LoadTest.Metric::name).toArray()));
    to.setArray(
        at + 1,
        connection.createArrayOf("float8", metrics.stream().map(LoadTest.Metric::value).toArray()));
    to.setArray(
        at + 2,
        connection.createArrayOf(
            "bool", metrics.stream().map(LoadTest.Metric::lowerIsBetter).toArray()));
  }

  /** The run of that id; null when there is none. */
  public RecordedLoadTest byRunId(String runId) throws SQLException {
    List<Row> rows = rows(COLUMNS + " WHERE t.run_id = ?", List.of(runId));
    return rows.isEmpty() ? null : rows.get(0).test();
  }

  /**
   * Runs, newest first.
   *
   * @param scenario null for all
   */
  public Page<RecordedLoadTest> page(String scenario, int limit, String cursor)
      throws SQLException {
    Cursor after = Cursor.decode(cursor, LIST);
    StringBuilder sql = new StringBuilder(COLUMNS).append(" WHERE true");
    List<Object> values = new ArrayList<>();
    if (scenario != null) {
      sql.append(" AND t.scenario = ?");
      values.add(scenario);
    }
    if (after != null) {
      sql.append(" AND (t.started_at, t.id) < (?, ?)");
      values.add(after.at().atOffset(ZoneOffset.UTC));
      values.add(after.id());
    }
    sql.append(" ORDER BY t.started_at DESC, t.id DESC LIMIT ?");
    values.add(limit + 1);
    List<Row> rows = rows(sql.toString(), values);
    List<RecordedLoadTest> runs = rows.stream().limit(limit).map(Row::test).toList();
    if (rows.size() <= limit) {
      return new Page<>(runs, null);
    }
    Row last = rows.get(limit - 1);
    return new Page<>(runs, new Cursor(last.test().test().startedAt(), last.id()).encode(LIST));
  }

  /** The newest runs of a scenario under the conditions of its newest one, oldest first. */
  public List<LoadTest> series(String scenario, int most) throws SQLException {
    List<LoadTest> runs = new ArrayList<>();
    rows(
            COLUMNS
                + " WHERE t.scenario = ? AND t.conditions = (SELECT conditions FROM load_tests WHERE scenario = ?"
                + " ORDER BY started_at DESC, id DESC LIMIT 1) ORDER BY t.started_at DESC, t.id DESC LIMIT ?",
            List.of(scenario, scenario, most))
        .forEach(row -> runs.add(row.test().test()));
    Collections.reverse(runs);
    return runs;
  }

  /**
   * Drops the oldest.
   *
   * @param ofOne so many are kept of this scenario
   * @param ofAll and so many of all
   * @return how many went
   */
  public int drop(String scenario, int ofOne, int ofAll) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete = connection.prepareStatement(DROP)) {
      delete.setString(1, scenario);
      delete.setInt(2, ofOne);
      delete.setInt(3, ofAll);
      return delete.executeUpdate();
    }
  }

  private record Row(UUID id, RecordedLoadTest test) {}

  private List<Row> rows(String sql, List<Object> values) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      try (ResultSet rows = select.executeQuery()) {
        List<Row> found = new ArrayList<>();
        while (rows.next()) {
          found.add(row(rows));
        }
        return found;
      }
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    String[] names = (String[]) row.getArray("names").getArray();
    Boolean[] lows = (Boolean[]) row.getArray("lows").getArray();
    Double[] figures = (Double[]) row.getArray("figures").getArray();
    List<LoadTest.Metric> metrics = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      metrics.add(new LoadTest.Metric(names[i], figures[i], lows[i]));
    }
    return new Row(
        row.getObject("id", UUID.class),
        new RecordedLoadTest(
            new LoadTest(
                row.getString("run_id"),
                row.getString("scenario"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getString("revision"),
                row.getBoolean("passed"),
                row.getString("conditions"),
                row.getString("verdicts"),
                metrics),
            row.getString("reported_by"),
            row.getObject("reported_at", OffsetDateTime.class).toInstant(),
            false));
  }
}
