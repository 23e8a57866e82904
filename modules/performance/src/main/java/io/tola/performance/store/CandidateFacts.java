package io.tola.performance.store;

import io.tola.performance.domain.CandidateTable;
import io.tola.performance.domain.CandidateTable.Column;
import io.tola.performance.domain.CandidateTable.Existing;
import io.tola.performance.domain.CandidateTable.Part;
import io.tola.performance.domain.StatementReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the catalogue and the statistics know of tables, for the index advisor. */
final class CandidateFacts {

  private static final int MOST_TABLES = 5_000;
  private static final int SECONDS = 15;

  // Of a partitioned table its partitions together.
  private static final String TABLES =
      """
      SELECT c.oid::bigint, n.nspname, c.relname,
             quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind::text, f.rows, f.pages,
             f.ins, f.upd, f.del, f.hot,
             CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(l.reltuples, 0)), 0)::float8 AS rows,
               coalesce(sum(pg_relation_size(l.oid)), 0)::float8 / 8192 AS pages,
               coalesce(sum(s.n_tup_ins), 0)::float8 AS ins,
               coalesce(sum(s.n_tup_upd), 0)::float8 AS upd,
               coalesce(sum(s.n_tup_del), 0)::float8 AS del,
               coalesce(sum(s.n_tup_hot_upd), 0)::float8 AS hot
        FROM (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) p(oid)
        JOIN pg_class l ON l.oid = p.oid AND l.relkind IN ('r', 'm')
        LEFT JOIN pg_stat_user_tables s ON s.relid = l.oid) f
      WHERE c.relkind IN ('r', 'p', 'm', 'v') AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY c.oid
      LIMIT ?
      """;

  private static final String COLUMNS =
      """
      SELECT a.attrelid::bigint, a.attname, quote_ident(a.attname), a.attnum, a.attnotnull,
             b.typname = 'bool',
             b.typname NOT IN ('jsonb', 'bytea', 'tsvector', 'tsquery') AND b.typcategory <> 'A'
             AND coalesce(s.avg_width, 8) <= 200
             AND (b.typtype IN ('e', 'r') OR b.typname = 'varchar' OR EXISTS (
               SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
               WHERE m.amname = 'btree' AND o.opcdefault AND o.opcintype = b.oid)),
             coalesce(s.avg_width, 8)::float8, s.n_distinct::float8, format_type(a.atttypid, NULL)
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_type t ON t.oid = a.atttypid
      JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
      LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                AND s.attname = a.attname AND s.inherited = (c.relkind = 'p')
      WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped
            AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1, 4
      """;

  private static final String INDEXES =
      """
      SELECT x.indrelid::bigint, i.relname, am.amname,
             ARRAY(SELECT CASE WHEN o.opcdefault AND x.indcollation[k - 1]
                                    IN (0, coalesce(a.attcollation, 0)) THEN a.attname::text END
                   FROM generate_series(1, x.indnkeyatts) k
                   JOIN pg_opclass o ON o.oid = x.indclass[k - 1]
                   LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1]
                             AND a.attnum > 0
                   ORDER BY k),
             ARRAY(SELECT (x.indoption[k - 1] & 1) = 1 FROM generate_series(1, x.indnkeyatts) k
                   ORDER BY k),
             ARRAY(SELECT (x.indoption[k - 1] & 1) = (x.indoption[k - 1] & 2) >> 1
                   FROM generate_series(1, x.indnkeyatts) k ORDER BY k),
             ARRAY(SELECT a.attname::text FROM generate_series(x.indnkeyatts + 1, x.indnatts) k
                   JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1]
                   ORDER BY k),
             pg_get_expr(x.indpred, x.indrelid), x.indisunique
      FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_class c ON c.oid = x.indrelid
      JOIN pg_namespace n ON n.oid = i.relnamespace
      JOIN pg_am am ON am.oid = i.relam
      WHERE x.indisvalid AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1, 2
      """;

  private static final String PARTS =
      """
      SELECT c.oid::bigint, n.nspname, l.relname,
             quote_ident(n.nspname) || '.' || quote_ident(l.relname),
             quote_ident(m.nspname) || '.' || quote_ident(u.relname), t.isleaf
      FROM pg_class c
      CROSS JOIN LATERAL pg_partition_tree(c.oid) t
      JOIN pg_class l ON l.oid = t.relid
      JOIN pg_namespace n ON n.oid = l.relnamespace
      JOIN pg_class u ON u.oid = t.parentrelid
      JOIN pg_namespace m ON m.oid = u.relnamespace
      WHERE c.relkind = 'p' AND t.level > 0 AND l.relkind IN ('r', 'p')
      ORDER BY 1, t.level, 3
      """;

  private static final String AROUND =
      """
      SELECT current_schemas(false),
             (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
             clock_timestamp()
      """;

  private final List<String> path;
  private final Map<String, CandidateTable> tables;

  private CandidateFacts(List<String> path, Map<String, CandidateTable> tables) {
    this.path = path;
    this.tables = tables;
  }

  /** Tables by schema and name, as the connection's role resolves them. */
  StatementReader.Catalogue catalogue() {
    return (schema, name) -> {
      if (schema != null) {
        return tables.get(schema + "\0" + name);
      }
      for (String s : path) {
        CandidateTable found = tables.get(s + "\0" + name);
        if (found != null) {
          return found;
        }
      }
      return null;
    };
  }

  /**
   * Reads all of it.
   *
   * @param countedSince since when the statements are counted, so that a table's writes are taken
   *     for the same time; null when that isn't known
   */
  static CandidateFacts read(Connection connection, Instant countedSince) throws SQLException {
    List<String> path;
    Instant tablesSince;
    Instant now;
    try (PreparedStatement select = connection.prepareStatement(AROUND);
        ResultSet row = select.executeQuery()) {
      row.next();
      path = texts(row, 1);
      Timestamp reset = row.getTimestamp(2);
      tablesSince = reset == null ? null : reset.toInstant();
      now = row.getTimestamp(3).toInstant();
    }
    Map<Long, Map<String, Column>> columns = new HashMap<>();
    Map<Long, double[]> sizes = new HashMap<>();
    List<Object[]> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setQueryTimeout(SECONDS);
      select.setInt(1, MOST_TABLES);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          sizes.put(rows.getLong(1), new double[] {rows.getDouble(6)});
          found.add(
              new Object[] {
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getString(5).charAt(0),
                rows.getDouble(6),
                rows.getDouble(7),
                new double[] {
                  rows.getDouble(8), rows.getDouble(9), rows.getDouble(10), rows.getDouble(11)
                },
                rows.getString(12)
              });
        }
      }
    }
    try (PreparedStatement select = timed(connection, COLUMNS);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        double[] size = sizes.get(rows.getLong(1));
        if (size == null) {
          continue;
        }
        double distinct = rows.getDouble(9);
        boolean known = !rows.wasNull() && distinct != 0;
        columns
            .computeIfAbsent(rows.getLong(1), t -> new LinkedHashMap<>())
            .put(
                rows.getString(2),
                new Column(
                    rows.getString(2),
                    rows.getString(3),
                    rows.getInt(4),
                    rows.getString(10),
                    rows.getBoolean(7),
                    rows.getBoolean(6),
                    rows.getBoolean(5),
                    rows.getDouble(8),
                    distinct(known, distinct, size[0])));
      }
    }
    Map<Long, List<Existing>> indexes = indexes(connection);
    Map<Long, List<Part>> parts = parts(connection);
    Double seconds =
        tablesSince == null
            ? null
            : Math.max(1, Duration.between(tablesSince, now).toSeconds()) * 1.0;
    double scale = scale(countedSince, tablesSince, now);
    Map<String, CandidateTable> tables = new HashMap<>();
    for (Object[] t : found) {
      double[] written = (double[]) t[7];
      CandidateTable table =
          new CandidateTable(
              (Long) t[0],
              (String) t[1],
              (String) t[2],
              (String) t[3],
              (Character) t[4],
              (Double) t[5],
              (Double) t[6],
              columns.getOrDefault((Long) t[0], Map.of()),
              indexes.getOrDefault((Long) t[0], List.of()),
              parts.getOrDefault((Long) t[0], List.of()),
              written[0] * scale,
              written[1] * scale,
              written[2] * scale,
              written[3] * scale,
              seconds == null ? null : (written[0] + written[1] + written[2]) / seconds,
              (String) t[8]);
      tables.put(table.schema() + "\0" + table.name(), table);
    }
    return new CandidateFacts(path, tables);
  }

  private static PreparedStatement timed(Connection connection, String sql) throws SQLException {
    PreparedStatement select = connection.prepareStatement(sql);
    select.setQueryTimeout(SECONDS);
    return select;
  }

  private static double distinct(boolean known, double distinct, double rows) {
    if (!known) {
      return Math.max(1, Math.min(200, rows));
    }
    return Math.max(1, distinct < 0 ? -distinct * rows : distinct);
  }

  /** Statements and tables may have been reset at different times. */
  private static double scale(Instant statements, Instant tables, Instant now) {
    if (statements == null || tables == null) {
      return 1;
    }
    double mine = Math.max(1, Duration.between(statements, now).toMillis());
    double theirs = Math.max(1, Duration.between(tables, now).toMillis());
    return Math.min(10, mine / theirs);
  }

  private static Map<Long, List<Existing>> indexes(Connection connection) throws SQLException {
    Map<Long, List<Existing>> found = new HashMap<>();
    try (PreparedStatement select = timed(connection, INDEXES);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getLong(1), t -> new ArrayList<>())
            .add(
                new Existing(
                    rows.getString(2),
                    rows.getString(3),
                    texts(rows, 4),
                    flags(rows, 5),
                    flags(rows, 6),
                    texts(rows, 7),
                    rows.getString(8),
                    rows.getBoolean(9)));
      }
    }
    return found;
  }

  private static Map<Long, List<Part>> parts(Connection connection) throws SQLException {
    Map<Long, List<Part>> found = new HashMap<>();
    try (PreparedStatement select = timed(connection, PARTS);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getLong(1), t -> new ArrayList<>())
            .add(
                new Part(
                    rows.getString(2),
                    rows.getString(3),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getBoolean(6)));
      }
    }
    return found;
  }

  private static List<String> texts(ResultSet rows, int column) throws SQLException {
    return Arrays.asList((String[]) rows.getArray(column).getArray());
  }

  private static List<Boolean> flags(ResultSet rows, int column) throws SQLException {
    return Arrays.asList((Boolean[]) rows.getArray(column).getArray());
  }
}
