package io.tola.performance.store;

import io.tola.performance.api.DatabaseView.BlockedSession;
import io.tola.performance.api.DatabaseView.ServerStatement;
import io.tola.performance.api.DatabaseView.SessionWait;
import io.tola.performance.api.DatabaseView.TableUse;
import io.tola.probe.Profile;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/**
 * PostgreSQL's own statistics, with the rights of the application's role: of other roles' sessions
 * and statements the server shows no text. It keeps utility statements such as {@code ALTER ROLE …
 * PASSWORD} with their literals, and sessions' texts as they were sent, so every text goes through
 * the probe's normaliser. Thread-safe.
 */
@ApplicationScoped
public class ServerStatistics {

  /** A text as long as the probe keeps them. */
  private static final int TEXT = 4_000;

  /** object_not_in_prerequisite_state. */
  private static final String NOT_LOADED = "55000";

  private static final String EXTENSION =
      """
      SELECT current_setting('server_version'),
             (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'pg_stat_statements'),
             (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
              WHERE e.extname = 'pg_stat_statements')
      """;

  private static final String STATEMENTS =
      """
      SELECT queryid::text, left(query, %d), sum(calls)::bigint, sum(total_exec_time),
             sum(total_exec_time) / sum(calls), max(max_exec_time), max(stddev_exec_time),
             sum(rows)::bigint, sum(shared_blks_hit)::bigint, sum(shared_blks_read)::bigint,
             sum(wal_bytes)::bigint
      FROM %s.pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 0
            AND queryid IS NOT NULL
      GROUP BY queryid, left(query, %d)
      ORDER BY sum(total_exec_time) DESC
      LIMIT ?
      """;

  private static final String TABLES =
      """
      SELECT schemaname || '.' || relname, pg_total_relation_size(relid), n_live_tup, n_dead_tup,
             coalesce(seq_scan, 0), coalesce(seq_tup_read, 0), coalesce(idx_scan, 0), n_tup_ins,
             n_tup_upd, n_tup_del, n_tup_hot_upd
      FROM pg_stat_user_tables
      ORDER BY coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd
               + n_tup_del DESC, relid
      LIMIT ?
      """;

  private static final String WAITS =
      """
      SELECT application_name, state, wait_event_type, wait_event, count(*)::int,
             extract(epoch FROM max(clock_timestamp() - state_change)) * 1000
      FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS NOT NULL
      GROUP BY 1, 2, 3, 4
      ORDER BY 5 DESC, 1, 2
      """;

  private static final String BLOCKED =
      """
      SELECT pid, application_name, extract(epoch FROM clock_timestamp() - state_change) * 1000,
             left(query, %d), pg_blocking_pids(pid)
      FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'
      ORDER BY state_change
      LIMIT 100
      """
          .formatted(TEXT);

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public ServerStatistics() {}

  ServerStatistics(DataSource database) {
    this.database = database;
  }

  /**
   * What the server is and has.
   *
   * @param statementsVersion null when the extension isn't there
   * @param statementsMissing why its figures can't be read; null when they can
   */
  public record Server(
      String version, String statementsVersion, String schema, String statementsMissing) {

    Server without(String why) {
      return new Server(version, statementsVersion, schema, why);
    }
  }

  /** Everything at once, on one connection. */
  public record Answer(
      Server server,
      List<ServerStatement> statements,
      List<TableUse> tables,
      List<SessionWait> waits,
      List<BlockedSession> blocked) {}

  /**
   * @param limit statements and tables
   */
  public Answer read(int limit) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Server server = server(connection);
      List<ServerStatement> statements = List.of();
      if (server.statementsMissing() == null) {
        try {
          statements = statements(connection, server.schema(), limit);
        } catch (SQLException e) {
          if (!NOT_LOADED.equals(e.getSQLState())) {
            throw e;
          }
          server =
              server.without(
                  "The extension is installed but not loaded: add pg_stat_statements"
                      + " to shared_preload_libraries and restart the database.");
        }
      }
      return new Answer(
          server, statements, tables(connection, limit), waits(connection), blocked(connection));
    }
  }

  private static Server server(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(EXTENSION);
        ResultSet row = select.executeQuery()) {
      row.next();
      String version = row.getString(2);
      String missing =
          version == null
              ? "The extension isn't installed: CREATE EXTENSION pg_stat_statements, as a superuser."
              : null;
      return new Server(row.getString(1), version, row.getString(3), missing);
    }
  }

  private static String shown(String text) {
    return text == null ? null : Profile.shown(text);
  }

  static List<ServerStatement> statements(Connection connection, String schema, int limit)
      throws SQLException {
    String quoted = '"' + schema.replace("\"", "\"\"") + '"';
    try (PreparedStatement select =
        connection.prepareStatement(STATEMENTS.formatted(TEXT, quoted, TEXT))) {
      select.setInt(1, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<ServerStatement> found = new ArrayList<>();
        while (rows.next()) {
          long hit = rows.getLong(9);
          long read = rows.getLong(10);
          found.add(
              new ServerStatement(
                  rows.getString(1),
                  shown(rows.getString(2)),
                  rows.getLong(3),
                  millis(rows, 4),
                  millis(rows, 5),
                  millis(rows, 6),
                  millis(rows, 7),
                  rows.getLong(8),
                  pct(hit, hit + read),
                  rows.getLong(11)));
        }
        return found;
      }
    }
  }

  private static List<TableUse> tables(Connection connection, int limit) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setInt(1, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<TableUse> found = new ArrayList<>();
        while (rows.next()) {
          found.add(
              new TableUse(
                  rows.getString(1),
                  rows.getLong(2),
                  rows.getLong(3),
                  rows.getLong(4),
                  rows.getLong(5),
                  rows.getLong(6),
                  rows.getLong(7),
                  rows.getLong(8),
                  rows.getLong(9),
                  rows.getLong(10),
                  pct(rows.getLong(11), rows.getLong(9))));
        }
        return found;
      }
    }
  }

  private static List<SessionWait> waits(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(WAITS);
        ResultSet rows = select.executeQuery()) {
      List<SessionWait> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            new SessionWait(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getInt(5),
                millis(rows, 6)));
      }
      return found;
    }
  }

  private static List<BlockedSession> blocked(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(BLOCKED);
        ResultSet rows = select.executeQuery()) {
      List<BlockedSession> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            new BlockedSession(
                rows.getInt(1),
                rows.getString(2),
                millis(rows, 3),
                shown(rows.getString(4)),
                Arrays.asList((Integer[]) rows.getArray(5).getArray())));
      }
      return found;
    }
  }

  private static BigDecimal millis(ResultSet rows, int column) throws SQLException {
    BigDecimal value = rows.getBigDecimal(column);
    return value == null ? null : value.setScale(3, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal pct(long part, long whole) {
    return whole == 0 ? null : io.tola.performance.domain.Figures.rate(part, whole, 2);
  }
}
