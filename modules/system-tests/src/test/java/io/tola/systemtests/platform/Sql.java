package io.tola.systemtests.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A look behind the doors, over one connection that is made anew when it has broken. Thread-safe.
 */
public final class Sql {

  /** Where connections come from. */
  @FunctionalInterface
  public interface Source {
    Connection connect() throws SQLException;
  }

  private final Source source;
  private Connection connection;

  Sql(Source source) {
    this.source = source;
  }

  /** All rows, columns by name in the order of the statement. */
  public synchronized List<Map<String, Object>> rows(String sql, Object... parameters) {
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<Map<String, Object>> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Map<String, Object> row = new LinkedHashMap<>();
          for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
            row.put(result.getMetaData().getColumnLabel(c), result.getObject(c));
          }
          rows.add(row);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Connection connection() throws SQLException {
    if (connection == null || !connection.isValid(1)) {
      connection = source.connect();
    }
    return connection;
  }

  /** Runs a statement that returns nothing. */
  public synchronized void execute(String sql) {
    try (var statement = connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of every row. */
  @SuppressWarnings("unchecked")
  public <T> List<T> column(String sql, Object... parameters) {
    return (List<T>) rows(sql, parameters).stream().map(r -> r.values().iterator().next()).toList();
  }

  /** The one value of the one row. */
  public <T> T value(String sql, Object... parameters) {
    List<T> values = column(sql, parameters);
    if (values.size() != 1) {
      throw new IllegalStateException(values.size() + " rows: " + sql);
    }
    return values.get(0);
  }

  /** The one number, such as a count. */
  public long count(String sql, Object... parameters) {
    return this.<Number>value(sql, parameters).longValue();
  }

  /** How many rows each table that orders write to holds now, by table. */
  public Map<String, Long> orderRows() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String table : List.of("orders", "executions", "positions", "outbox")) {
      counts.put(table, count("SELECT count(*) FROM " + table));
    }
    return counts;
  }
}
