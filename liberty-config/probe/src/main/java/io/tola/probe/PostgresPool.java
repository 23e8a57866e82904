package io.tola.probe;

import java.sql.SQLException;
import javax.sql.PooledConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;

/**
 * The PostgreSQL driver's own pool data source, whose connections time what goes through them. A
 * server names it as its {@code javax.sql.ConnectionPoolDataSource}; all settings are the driver's.
 * With the system property {@value #ENABLED} at {@code false} connections are the driver's as they are.
 */
public class PostgresPool extends PGConnectionPoolDataSource {

  /** Read as each connection is opened. */
  public static final String ENABLED = "tola.probe.enabled";

  private static final long serialVersionUID = 1L;

  @Override
  public PooledConnection getPooledConnection() throws SQLException {
    return timed(super.getPooledConnection());
  }

  @Override
  public PooledConnection getPooledConnection(String user, String password) throws SQLException {
    return timed(super.getPooledConnection(user, password));
  }

  private PooledConnection timed(PooledConnection connection) {
    boolean enabled = !"false".equals(System.getProperty(ENABLED));
    return enabled
        ? new TimedPooledConnection(
            connection, Profile.ours(), String.valueOf(getApplicationName()))
        : connection;
  }

  @Override
  public String getDescription() {
    return "timed " + super.getDescription();
  }
}
