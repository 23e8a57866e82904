package io.tola.performance.store;

import io.tola.performance.domain.SchemaFacts;
import io.tola.performance.domain.SchemaFacts.Column;
import io.tola.performance.domain.SchemaFacts.Index;
import io.tola.performance.domain.SchemaFacts.Table;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What the rules about statements and pools ask the database: tables with columns and indexes, and
 * how many connections it allows. Thread-safe.
 */
@ApplicationScoped
public class SchemaCatalogue {

  private static final String SETTINGS =
      "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '500ms'";

  private static final String OURS =
      "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'";

  // What may be NULL in a view isn't known: its columns count as those that can't be.
  private static final String TABLES =
      """
      SELECT n.nspname, c.relname, pg_table_is_visible(c.oid),
             CASE c.relkind
               WHEN 'p' THEN (SELECT coalesce(max(-1) FILTER (WHERE l.reltuples < 0),
                                              sum(l.reltuples))::bigint
                              FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid
                              WHERE p.isleaf)
               WHEN 'v' THEN -1
               ELSE c.reltuples::bigint END,
             array_agg(a.attname::text ORDER BY a.attnum),
             array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum),
             array_agg(a.attnotnull OR c.relkind IN ('v', 'm') ORDER BY a.attnum)
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p', 'm', 'v') AND NOT c.relispartition AND %s
      GROUP BY n.nspname, c.oid, c.relname, c.relkind, c.reltuples
      LIMIT 5000
      """
          .formatted(OURS);

  private static final String INDEXES =
      """
      SELECT n.nspname, t.relname, am.amname,
             ARRAY(SELECT pg_get_indexdef(i.oid, k, true)
                   FROM generate_series(1, x.indnkeyatts) k ORDER BY k),
             x.indisunique, x.indpred IS NOT NULL,
             EXISTS (SELECT FROM unnest(x.indclass) o(id) JOIN pg_opclass c ON c.oid = o.id
                     WHERE c.opcname LIKE '%%trgm%%')
      FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_class t ON t.oid = x.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_am am ON am.oid = i.relam
      WHERE x.indisvalid AND NOT i.relispartition AND %s
      LIMIT 20000
      """
          .formatted(OURS);

  private static final String LIMITS =
      """
      SELECT current_setting('max_connections')::int,
             current_setting('superuser_reserved_connections')::int,
             (SELECT count(*)::int FROM pg_stat_activity WHERE datid IS NOT NULL),
             coalesce(inet_server_addr() = inet_client_addr(), true)
      """;

  private static final String WRITTEN =
      """
      SELECT n.nspname || '.' || r.relname, sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::bigint
      FROM pg_stat_user_tables s
      JOIN pg_class r ON r.oid = coalesce(pg_partition_root(s.relid), s.relid)
      JOIN pg_namespace n ON n.oid = r.relnamespace
      GROUP BY 1
      """;

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public SchemaCatalogue() {}

  /** On a data source of one's own. */
  public SchemaCatalogue(DataSource database) {
    this.database = database;
  }

  /**
   * How many connections the database has to give.
   *
   * @param sessions of everybody, in any database, now
   * @param local whether it runs on this machine
   */
  public record Limits(int maxConnections, int reserved, int sessions, boolean local) {}

  /**
   * All at once.
   *
   * @param written rows written by table since its statistics were reset
   */
  public record Answer(SchemaFacts schema, Limits limits, Map<String, Long> written) {}

  /** Reads the catalogue, on one connection. */
  public Answer read() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        try (Statement statement = connection.createStatement()) {
          statement.execute(SETTINGS);
        }
        return new Answer(schema(connection), limits(connection), written(connection));
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private static Map<String, Long> written(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(WRITTEN);
        ResultSet rows = select.executeQuery()) {
      Map<String, Long> found = new HashMap<>();
      while (rows.next()) {
        found.put(rows.getString(1), rows.getLong(2));
      }
      return found;
    }
  }

  private static Limits limits(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LIMITS);
        ResultSet row = select.executeQuery()) {
      row.next();
      return new Limits(row.getInt(1), row.getInt(2), row.getInt(3), row.getBoolean(4));
    }
  }

  private static SchemaFacts schema(Connection connection) throws SQLException {
    Map<String, List<Index>> indexes = indexes(connection);
    Map<String, Table> found = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(TABLES);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        String name = rows.getString(1) + "." + rows.getString(2);
        String[] names = (String[]) rows.getArray(5).getArray();
        String[] types = (String[]) rows.getArray(6).getArray();
        Boolean[] notNull = (Boolean[]) rows.getArray(7).getArray();
        Map<String, Column> columns = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
          columns.put(names[i], new Column(types[i], notNull[i]));
        }
        Table table =
            new Table(name, rows.getLong(4), columns, indexes.getOrDefault(name, List.of()));
        found.put(name, table);
        if (rows.getBoolean(3)) {
          found.put(rows.getString(2), table);
        }
      }
    }
    return new SchemaFacts(found);
  }

  private static Map<String, List<Index>> indexes(Connection connection) throws SQLException {
    Map<String, List<Index>> found = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(INDEXES);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found
            .computeIfAbsent(rows.getString(1) + "." + rows.getString(2), k -> new ArrayList<>())
            .add(
                new Index(
                    rows.getString(3),
                    Arrays.asList((String[]) rows.getArray(4).getArray()),
                    rows.getBoolean(5),
                    rows.getBoolean(6),
                    rows.getBoolean(7)));
      }
    }
    return found;
  }
}
