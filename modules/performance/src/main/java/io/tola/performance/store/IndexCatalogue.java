package io.tola.performance.store;

import io.tola.performance.domain.IndexFacts;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import javax.sql.DataSource;

/** Indexes as PostgreSQL's catalogue and statistics know them. Thread-safe. */
@ApplicationScoped
public class IndexCatalogue {

  // A partitioned table's index stands for those of its partitions; theirs are left out. So is one
  // that isn't valid while its table's indexes are being built; of other roles' builds the server
  // doesn't show the table, so then every one that isn't valid may be it.
  private static final String INDEXES =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(i.relname),
             quote_ident(n.nspname) || '.' || quote_ident(t.relname),
             am.amname,
             ARRAY(SELECT pg_get_indexdef(i.oid, k, true) || ' ' || x.indclass[k - 1] || ' '
                          || x.indcollation[k - 1] || ' ' || x.indoption[k - 1]
                   FROM generate_series(1, x.indnkeyatts) k ORDER BY k),
             ARRAY(SELECT pg_get_indexdef(i.oid, k, true)
                   FROM generate_series(x.indnkeyatts + 1, x.indnatts) k ORDER BY k),
             pg_get_expr(x.indpred, x.indrelid),
             x.indisunique,
             EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid),
             x.indisvalid,
             i.relkind = 'I',
             pg_get_indexdef(i.oid),
             obj_description(i.oid, 'pg_class'),
             f.bytes, f.scans, f.rows, g.scans
      FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_class t ON t.oid = x.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_am am ON am.oid = i.relam
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(pg_relation_size(p.oid)), 0)::bigint AS bytes,
               coalesce(sum(s.idx_scan), 0)::bigint AS scans,
               coalesce(sum(s.idx_tup_read), 0)::bigint AS rows
        FROM (SELECT i.oid UNION SELECT relid FROM pg_partition_tree(i.oid)) p(oid)
        LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = p.oid) f
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0)), 0)::bigint AS scans
        FROM (SELECT t.oid UNION SELECT relid FROM pg_partition_tree(t.oid)) p(oid)
        LEFT JOIN pg_stat_user_tables s ON s.relid = p.oid) g
      WHERE NOT i.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_%'
            AND (x.indisvalid OR NOT EXISTS (
              SELECT FROM pg_stat_progress_create_index b
              WHERE b.datname = current_database() AND (b.relid IS NULL OR b.relid = t.oid)))
      ORDER BY 2, 1
      LIMIT 2000
      """;

  private static final String SINCE =
      "SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()";

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public IndexCatalogue() {}

  IndexCatalogue(DataSource database) {
    this.database = database;
  }

  /**
   * What there is.
   *
   * @param countedSince null when the statistics were never reset
   */
  public record Answer(Instant countedSince, List<IndexFacts> indexes) {}

  /** Every index of the platform's schemas. */
  public Answer read() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return new Answer(since(connection), indexes(connection));
    }
  }

  private static Instant since(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SINCE);
        ResultSet row = select.executeQuery()) {
      Timestamp reset = row.next() ? row.getTimestamp(1) : null;
      return reset == null ? null : reset.toInstant();
    }
  }

  private static List<IndexFacts> indexes(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(INDEXES);
        ResultSet rows = select.executeQuery()) {
      List<IndexFacts> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            new IndexFacts(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                texts(rows, 4),
                new HashSet<>(texts(rows, 5)),
                rows.getString(6),
                rows.getBoolean(7),
                rows.getBoolean(8),
                rows.getBoolean(9),
                rows.getBoolean(10),
                rows.getString(11),
                rows.getString(12),
                rows.getLong(13),
                rows.getLong(14),
                rows.getLong(15),
                rows.getLong(16)));
      }
      return found;
    }
  }

  private static List<String> texts(ResultSet rows, int column) throws SQLException {
    return Arrays.asList((String[]) rows.getArray(column).getArray());
  }
}
