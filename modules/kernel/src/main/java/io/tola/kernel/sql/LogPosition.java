package io.tola.kernel.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Where a server stands in the write-ahead log.
 *
 * @param inRecovery whether it replays another's log: a primary doesn't
 * @param bytes of log flushed (primary) or replayed (replica), from the log's very beginning
 * @param timeline counts promotions; of a replica the last one it is known to follow
 * @param system identifies the database cluster; 0 where it wasn't asked
 * @param server tells one run of one server from another: when it was started, microseconds
 */
record LogPosition(boolean inRecovery, long bytes, int timeline, long system, long server) {

  // What is flushed, not what is written: nothing unflushed is acknowledged, nor sent to a replica.
  private static final String FLUSHED =
      "SELECT pg_is_in_recovery(), CASE WHEN NOT pg_is_in_recovery()"
          + " THEN pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint ELSE 0 END,"
          // The log's file name begins with the timeline; the control file learns of it later.
          + " CASE WHEN NOT pg_is_in_recovery()"
          + " THEN ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int ELSE 0 END,"
          + " %s, 0";

  private static final String SYSTEM = "(SELECT system_identifier FROM pg_control_system())";

  private static final String PRIMARY = FLUSHED.formatted("0");
  private static final String PRIMARY_LOOK = FLUSHED.formatted(SYSTEM);

  private static final String REPLAYED =
      "SELECT pg_is_in_recovery(),"
          + " coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, 0), %s, %s,"
          + " (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint";

  private static final String REPLICA = REPLAYED.formatted("0", "0");

  // The receiver's timeline is the newest, but only a role with pg_read_all_stats sees it; the
  // control file has it a checkpoint later.
  private static final String REPLICA_LOOK =
      REPLAYED.formatted(
          "greatest((SELECT timeline_id FROM pg_control_checkpoint()),"
              + " (SELECT min_recovery_end_timeline FROM pg_control_recovery()),"
              + " (SELECT received_tli FROM pg_stat_wal_receiver))",
          SYSTEM);

  /** How far the primary's log goes: all that was acknowledged before the question lies below. */
  static LogPosition ofPrimary(Connection connection) throws SQLException {
    return ask(connection, PRIMARY);
  }

  /** The same with the cluster's identity. */
  static LogPosition lookAtPrimary(Connection connection) throws SQLException {
    return ask(connection, PRIMARY_LOOK);
  }

  /** How far a replica has replayed: the next statement on this connection sees all below. */
  static LogPosition ofReplica(Connection connection) throws SQLException {
    return ask(connection, REPLICA);
  }

  /** The same with timeline and identity. */
  static LogPosition lookAtReplica(Connection connection) throws SQLException {
    return ask(connection, REPLICA_LOOK);
  }

  private static LogPosition ask(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new LogPosition(
          row.getBoolean(1), row.getLong(2), row.getInt(3), row.getLong(4), row.getLong(5));
    }
  }
}
