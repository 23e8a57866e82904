package io.tola.performance.store;

import io.tola.performance.domain.TrialNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * The one session that may make and drop a trial's index: it holds the advisory lock of trials, so
 * there is one on all nodes, and a trial whose session has ended has none. Not thread-safe.
 */
public final class TrialSession implements AutoCloseable {

  /** "tola" and "tria" in ASCII. */
  private static final long KEY = 0x746F6C61_74726961L;

  // By the name that none but the trial's has, or by the mark in the comment that it gets when it
  // is renamed; and of the table that was advised only: what may be dropped here isn't left to a
  // row.
  private static final String FIND =
      """
      SELECT c.relname, x.indisvalid, pg_relation_size(c.oid),
             coalesce(pg_stat_get_numscans(c.oid), 0)
      FROM pg_index x
      JOIN pg_class c ON c.oid = x.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND x.indrelid = to_regclass(?)
            AND (c.relname = ? OR right(obj_description(c.oid, 'pg_class'), length(?)) = ?)
      """;

  /** The index of a trial as it is now. */
  public record Found(String name, boolean valid, long bytes, long scans) {}

  private final Connection connection;

  private TrialSession(Connection connection) {
    this.connection = connection;
  }

  /**
   * Takes the lock and keeps {@code connection}; empty, and the connection closed, when another
   * session has it.
   *
   * @param buildSeconds after which a statement is given up
   * @param lockSeconds after which waiting for a lock, or for older transactions, is given up
   */
  static Optional<TrialSession> of(Connection connection, int buildSeconds, int lockSeconds)
      throws SQLException {
    TrialSession session = new TrialSession(connection);
    boolean held = false;
    try {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
        row.next();
        held = row.getBoolean(1);
      }
      if (held) {
        session.execute("SET statement_timeout = '" + buildSeconds + "s'");
        session.execute("SET lock_timeout = '" + lockSeconds + "s'");
        // Or a server goes on building, with the lock, for a node that is gone.
        session.execute("SET client_connection_check_interval = '5s'");
        return Optional.of(session);
      }
    } catch (SQLException e) {
      session.close();
      throw e;
    }
    connection.close();
    return Optional.empty();
  }

  /** Whether anything in the schema has that name. */
  public boolean taken(String schema, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ?")) {
      select.setString(1, schema);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Makes the index; returns when it is valid. */
  public void create(String statement) throws SQLException {
    execute(statement);
  }

  /** The index that the trial made, whatever it is called now; empty when there is none. */
  public Optional<Found> find(String schema, String table, String trialName, UUID trial)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(FIND)) {
      select.setString(1, schema);
      select.setString(2, TrialNames.quoted(schema) + "." + TrialNames.quoted(table));
      select.setString(3, trialName);
      select.setString(4, TrialNames.mark(trial));
      select.setString(5, TrialNames.mark(trial));
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Found(row.getString(1), row.getBoolean(2), row.getLong(3), row.getLong(4)))
            : Optional.empty();
      }
    }
  }

  /** Drops the index without holding up anybody. */
  public void drop(String schema, String name) throws SQLException {
    execute(
        "DROP INDEX CONCURRENTLY IF EXISTS "
            + TrialNames.quoted(schema)
            + "."
            + TrialNames.quoted(name));
  }

  /** Gives the index its name and its comment, both or neither. */
  public void keep(String schema, String trialName, String name, String comment)
      throws SQLException {
    String text;
    try (PreparedStatement quote = connection.prepareStatement("SELECT quote_literal(?::text)")) {
      quote.setString(1, comment);
      try (ResultSet row = quote.executeQuery()) {
        row.next();
        text = row.getString(1);
      }
    }
    String in = TrialNames.quoted(schema) + ".";
    execute("BEGIN");
    try {
      execute("COMMENT ON INDEX " + in + TrialNames.quoted(trialName) + " IS " + text);
      execute(
          "ALTER INDEX "
              + in
              + TrialNames.quoted(trialName)
              + " RENAME TO "
              + TrialNames.quoted(name));
      execute("COMMIT");
    } catch (SQLException e) {
      execute("ROLLBACK");
      throw e;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Gives the lock back and the connection to its pool; one that is broken has lost the lock with its session. */
  @Override
  public void close() throws SQLException {
    try (connection) {
      execute("SELECT pg_advisory_unlock_all()");
      execute("RESET statement_timeout");
      execute("RESET lock_timeout");
      execute("RESET client_connection_check_interval");
    } catch (SQLException e) {
      // Whoever closes has done what there was to do; a session that doesn't answer ends by itself.
      if (!connection.isClosed()) {
        connection.close();
      }
    }
  }
}
