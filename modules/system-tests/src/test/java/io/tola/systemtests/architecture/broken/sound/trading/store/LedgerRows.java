package io.tola.systemtests.architecture.broken.sound.trading.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Rows. */
@SuppressWarnings("all")
public final class LedgerRows {

  Connection connection(DataSource source) throws SQLException {
    return source.getConnection();
  }
}
