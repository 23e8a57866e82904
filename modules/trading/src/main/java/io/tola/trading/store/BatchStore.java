package io.tola.trading.store;

import io.tola.kernel.port.OutboxMessage;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/**
 * Writes what one batch did to orders, in the caller's transaction: one statement a table, all of
 * them sent together, so one round trip. Thread-safe.
 */
public class BatchStore {

  private static final String PLACED =
      OrderStore.INSERT + ";" + ExecutionStore.INSERT + ";" + OutboxStore.INSERT;
  private static final String MOVED =
      OrderStore.MOVE + ";" + ExecutionStore.INSERT + ";" + OutboxStore.INSERT;
  private static final String BOTH = OrderStore.MOVE + ";" + PLACED;

  private final DataSource dataSource;

  public BatchStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Writes new orders in the state they have now, orders that moved on, their reports and the
   * messages about them. The caller holds the lock of every account concerned.
   *
   * @param messages at least one: whatever changes an order is reported
   * @param now the batch's time: when the new orders were created and everything was reported
   * @throws IllegalStateException when an order no longer has the version it was read with; the
   *     account's lock should make that impossible
   */
  public void write(
      List<Order> placed,
      List<OrderStore.Moved> moved,
      List<Report> reports,
      List<OutboxMessage> messages,
      Instant now) {
    if (placed.isEmpty() && moved.isEmpty()) {
      return;
    }
    String sql = moved.isEmpty() ? PLACED : placed.isEmpty() ? MOVED : BOTH;
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
      int next = 1;
      if (!moved.isEmpty()) {
        next = OrderStore.bindMove(c, s, next, moved);
      }
      if (!placed.isEmpty()) {
        next = OrderStore.bindInsert(c, s, next, placed, now);
      }
      next = ExecutionStore.bindInsert(c, s, next, reports, now);
      OutboxStore.bindInsert(c, s, next, messages, now);
      s.execute();
      if (!moved.isEmpty()) {
        requireRows("orders moved", moved.size(), movedRows(s));
        s.getMoreResults();
      }
      if (!placed.isEmpty()) {
        requireRows("orders placed", placed.size(), s.getUpdateCount());
        s.getMoreResults();
      }
      requireRows("executions", reports.size(), s.getUpdateCount());
      s.getMoreResults();
      requireRows("bundles of messages", 1, s.getUpdateCount());
      // Read to the end: Liberty keeps no statement that has an answer left, and what it doesn't
      // keep is parsed and planned anew for each batch.
      s.getMoreResults();
    } catch (SQLException e) {
      throw new StoreFault("writing a batch", e);
    }
  }

  /** The move answers with one row: how many orders still had the version they were read with. */
  private static int movedRows(PreparedStatement s) throws SQLException {
    try (ResultSet row = s.getResultSet()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void requireRows(String what, int expected, int written) {
    if (written != expected) {
      throw new IllegalStateException(
          "only " + written + " of " + expected + " " + what + " were written");
    }
  }
}
