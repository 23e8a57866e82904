package io.tola.jmeter.scaling;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks every quarter of a second what the servers' sessions do: how many work, and what the others wait for. A thread of its own. */
final class DatabaseWatch implements AutoCloseable {

  private static final long PERIOD_MILLIS = 250;
  private static final String SESSIONS =
      "SELECT CASE WHEN state = 'active' THEN coalesce(wait_event_type || ': ' || wait_event, 'working')"
          + " ELSE 'between two statements' END, count(*) FROM pg_stat_activity"
          + " WHERE application_name LIKE 'tola%' AND pid <> pg_backend_pid()"
          + " AND state IN ('active', 'idle in transaction') GROUP BY 1";

  /**
   * Totals of the database since its statistics began.
   *
   * @param rows inserted, changed and deleted
   */
  record Totals(double commits, double rollbacks, double rows, double deadlocks) {

    static Totals now(Connection connection) throws SQLException {
      try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT xact_commit, xact_rollback, tup_inserted + tup_updated + tup_deleted, deadlocks"
                      + " FROM pg_stat_database WHERE datname = current_database()");
          ResultSet r = s.executeQuery()) {
        r.next();
        return new Totals(r.getDouble(1), r.getDouble(2), r.getDouble(3), r.getDouble(4));
      }
    }

    Totals minus(Totals earlier) {
      return new Totals(
          commits - earlier.commits,
          rollbacks - earlier.rollbacks,
          rows - earlier.rows,
          deadlocks - earlier.deadlocks);
    }
  }

  private final Connection connection;
  private final Map<String, Double> sums = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "database-watch");
  private volatile boolean closed;
  private int looks;

  /**
   * @param connection for this alone until it is closed
   */
  DatabaseWatch(Connection connection) {
    this.connection = connection;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try (PreparedStatement sessions = connection.prepareStatement(SESSIONS)) {
      while (!closed) {
        try (ResultSet r = sessions.executeQuery()) {
          synchronized (this) {
            looks++;
            while (r.next()) {
              sums.merge(r.getString(1), r.getDouble(2), Double::sum);
            }
          }
        }
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (SQLException e) {
      synchronized (this) {
        problems.add("The database's sessions could not be watched: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sessions in each state, in the mean over all looks. */
  synchronized Map<String, Double> sessions() {
    Map<String, Double> means = new TreeMap<>();
    sums.forEach((state, sum) -> means.put(state, sum / looks));
    return means;
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join(10_000);
  }
}
