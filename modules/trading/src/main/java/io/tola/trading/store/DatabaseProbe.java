package io.tola.trading.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Asks the database whether it is there and takes writes. Thread-safe. */
public class DatabaseProbe {

  private final DataSource dataSource;

  public DatabaseProbe(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Returns when the database has answered and takes writes.
   *
   * @throws StoreFault when it can't be reached or is a standby; waits as long as the data source
   *     lets it
   */
  public void ask() {
    try {
      try {
        once();
      } catch (SQLException first) {
        // A connection that lay in the pool while the server restarted says nothing of the server
        // now.
        once();
      }
    } catch (SQLException e) {
      throw new StoreFault("asking the database", e);
    }
  }

  private void once() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      row.next();
      if (row.getBoolean(1)) {
        throw new SQLException("the database is a standby and takes no writes", "25006");
      }
    }
  }
}
