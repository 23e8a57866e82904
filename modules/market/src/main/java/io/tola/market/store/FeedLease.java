package io.tola.market.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.Dependent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Makes one node of all that share the database the driver of the feed: a session-level advisory
 * lock of PostgreSQL on a connection of its own. When the node or its connection dies, PostgreSQL
 * frees the lock at once; when the node is frozen and its connection lives on, PostgreSQL ends the
 * session after {@link #SILENCE} without a word on it.
 *
 * <p>A node that was frozen may still believe it holds the lock, so the belief expires: after
 * {@link #TRUST} without a confirmed answer from the database {@link #isHeld} asks again before it
 * says yes, and {@link #isTrusted} says no well before the silence is over.
 *
 * <p>Thread-safe; whoever holds the lease must ask {@link #isHeld} again and again.
 */
@Dependent
public class FeedLease implements AutoCloseable {

  /** Belief in the lease without an answer of the database lasts this long. */
  static final Duration TRUST = Duration.ofSeconds(1);

  /** PostgreSQL takes the lease from a node that says nothing for this long. */
  static final Duration SILENCE = Duration.ofSeconds(6);

  private static final Duration TRUSTED = Duration.ofSeconds(3);
  private static final int ANSWER_WITHIN_SECONDS = 2;

  /** The lock's number: "tola" and "feed" in ASCII. */
  private static final long KEY = 0x746F6C61_66656564L;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  private Connection connection;
  private long confirmedNanos;

  /** For the container. */
  public FeedLease() {}

  public FeedLease(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Tries to take the lease; at once true when it is held already.
   *
   * @throws SQLException when the database can't be asked
   */
  public synchronized boolean tryAcquire() throws SQLException {
    if (connection != null) {
      return isHeld();
    }
    Connection candidate = dataSource.getConnection();
    boolean won = false;
    try (PreparedStatement statement =
        candidate.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      statement.setQueryTimeout(ANSWER_WITHIN_SECONDS);
      statement.setLong(1, KEY);
      try (ResultSet row = statement.executeQuery()) {
        won = row.next() && row.getBoolean(1);
      }
      if (won) {
        execute(candidate, "SET idle_session_timeout = " + SILENCE.toMillis());
      }
    } catch (SQLException e) {
      // Won or not, nobody may keep the lock on a connection that goes back to the pool.
      connection = candidate;
      close();
      throw e;
    }
    if (won) {
      connection = candidate;
      confirmedNanos = System.nanoTime();
    } else {
      candidate.close();
    }
    return won;
  }

  /** Whether this node still drives; a lost connection is a lost lease. Never throws. */
  public synchronized boolean isHeld() {
    if (connection == null) {
      return false;
    }
    if (System.nanoTime() - confirmedNanos < TRUST.toNanos()) {
      return true;
    }
    // The lock lives and dies with the session, so an answer on this connection proves it; but a
    // pool may have replaced the connection behind its handle, so ask for the lock itself.
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
                + " AND pid = pg_backend_pid() AND classid::bigint = ? AND objid::bigint = ?)")) {
      statement.setQueryTimeout(ANSWER_WITHIN_SECONDS);
      statement.setLong(1, KEY >>> 32);
      statement.setLong(2, KEY & 0xFFFF_FFFFL);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next() && row.getBoolean(1)) {
          confirmedNanos = System.nanoTime();
          return true;
        }
      }
    } catch (SQLException e) {
      // Falls through: an unanswered question is a lost lease.
    }
    drop();
    return false;
  }

  /**
   * Whether the database confirmed the lease so lately that nobody else can have it. Asks nobody;
   * false after a pause of the whole process.
   */
  public synchronized boolean isTrusted() {
    return connection != null && System.nanoTime() - confirmedNanos < TRUSTED.toNanos();
  }

  /** Gives the lease back, so that another node can drive at once. */
  @Override
  public synchronized void close() {
    if (connection == null) {
      return;
    }
    // The pool keeps the session; without this it would keep the lock and the timeout too.
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_advisory_unlock(?)")) {
      statement.setQueryTimeout(ANSWER_WITHIN_SECONDS);
      statement.setLong(1, KEY);
      statement.executeQuery().close();
      execute(connection, "RESET idle_session_timeout");
    } catch (SQLException e) {
      // The session is gone, and the lock with it.
    }
    drop();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(ANSWER_WITHIN_SECONDS);
      statement.execute(sql);
    }
  }

  private void drop() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was lost already.
    }
    connection = null;
  }
}
