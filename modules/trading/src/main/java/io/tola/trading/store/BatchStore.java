package io.tola.trading.store;

import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.sql.RoundTrip;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Writes what one batch did to orders: one statement a table, all of them in one round trip. */
public final class BatchStore {

  private BatchStore() {}

  /**
   * What a batch leaves behind.
   *
   * @param placed new orders in the state they have now
   * @param moved orders that moved on
   * @param replaces the requests that replaced orders
   * @param reports what happened to all of them
   * @param messages about that; at least one when there is an order, for whatever changes an order
   *     is reported
   * @param now the batch's time: when new orders were created and everything was reported
   */
  public record Written(
      List<Order> placed,
      List<OrderStore.Moved> moved,
      List<ReplaceOrder> replaces,
      List<Report> reports,
      List<OutboxMessage> messages,
      Instant now) {}

  /**
   * Adds the statements to the trip. The caller holds the lock of every account concerned.
   *
   * <p>Sending it throws IllegalStateException when an order no longer has the version it was read
   * with; the account's lock should make that impossible.
   */
  public static void write(Written batch, RoundTrip trip) {
    if (!batch.moved.isEmpty()) {
      trip.add(
          OrderStore.MOVE,
          (s, i) -> OrderStore.bindMove(s.getConnection(), s, i, batch.moved),
          s -> RoundTrip.requireRows("orders moved", batch.moved.size(), movedRows(s)));
    }
    if (!batch.placed.isEmpty()) {
      trip.write(
          OrderStore.INSERT,
          (s, i) -> OrderStore.bindInsert(s.getConnection(), s, i, batch.placed, batch.now),
          batch.placed.size(),
          "orders placed");
    }
    if (!batch.moved.isEmpty() || !batch.placed.isEmpty()) {
      trip.write(
          ExecutionStore.INSERT,
          (s, i) -> ExecutionStore.bindInsert(s.getConnection(), s, i, batch.reports, batch.now),
          batch.reports.size(),
          "executions");
      trip.write(
          OutboxStore.INSERT,
          (s, i) -> OutboxStore.bindInsert(s.getConnection(), s, i, batch.messages, batch.now),
          1,
          "bundles of messages");
    }
    if (!batch.replaces.isEmpty()) {
      trip.write(
          ReplacementStore.INSERT,
          (s, i) -> ReplacementStore.bindInsert(s.getConnection(), s, i, batch.replaces, batch.now),
          batch.replaces.size(),
          "replaces");
    }
  }

  /** The move answers with one row: how many orders still had the version they were read with. */
  private static int movedRows(PreparedStatement s) throws SQLException {
    try (ResultSet row = s.getResultSet()) {
      row.next();
      return row.getInt(1);
    }
  }
}
