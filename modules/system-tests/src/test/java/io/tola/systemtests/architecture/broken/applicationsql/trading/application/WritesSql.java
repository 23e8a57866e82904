package io.tola.systemtests.architecture.broken.applicationsql.trading.application;

import java.sql.Connection;
import java.sql.SQLException;

/** Does the store's work. */
@SuppressWarnings("all")
public final class WritesSql {

  void clear(Connection connection) throws SQLException {
    connection.createStatement().execute("DELETE FROM orders");
  }
}
