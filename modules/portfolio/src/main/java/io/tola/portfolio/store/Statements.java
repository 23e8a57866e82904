package io.tola.portfolio.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Statements that stand alone, in the caller's transaction if there is one. Thread-safe. */
final class Statements {

  interface Binder {
    void bind(PreparedStatement statement) throws SQLException;
  }

  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final DataSource dataSource;

  Statements(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * @param doing for the message of a fault
   */
  <T> List<T> query(String doing, String sql, Binder binder, Reader<T> reader) {
    try (Connection connection = dataSource.getConnection()) {
      return query(connection, sql, binder, reader);
    } catch (SQLException e) {
      throw new StoreException(doing, e);
    }
  }

  /**
   * @param doing for the message of a fault
   * @return rows changed
   */
  int update(String doing, String sql, Binder binder) {
    try (Connection connection = dataSource.getConnection()) {
      return update(connection, sql, binder);
    } catch (SQLException e) {
      throw new StoreException(doing, e);
    }
  }

  static <T> List<T> query(Connection connection, String sql, Binder binder, Reader<T> reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binder.bind(statement);
      List<T> rows = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
      return rows;
    }
  }

  static int update(Connection connection, String sql, Binder binder) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binder.bind(statement);
      return statement.executeUpdate();
    }
  }
}
