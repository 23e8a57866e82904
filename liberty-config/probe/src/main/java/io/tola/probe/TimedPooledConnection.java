package io.tola.probe;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import javax.sql.StatementEventListener;

/** A physical connection of the driver's that hands out timed handles. */
final class TimedPooledConnection implements PooledConnection {

  private final PooledConnection real;
  private final Profile profile;
  private final String name;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicReference<TimedConnection> last = new AtomicReference<>();

  TimedPooledConnection(PooledConnection real, Profile profile, String name) {
    this.real = real;
    this.profile = profile;
    this.name = name;
    profile.opened(name);
  }

  @Override
  public Connection getConnection() throws SQLException {
    TimedConnection handle = new TimedConnection(real.getConnection(), profile, name);
    TimedConnection before = last.getAndSet(handle);
    if (before != null) {
      before.gone();
    }
    return handle.proxy();
  }

  @Override
  public void close() throws SQLException {
    if (open.compareAndSet(true, false)) {
      profile.closed(name);
      TimedConnection handle = last.get();
      if (handle != null) {
        handle.gone();
      }
    }
    real.close();
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    real.addConnectionEventListener(listener);
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    real.removeConnectionEventListener(listener);
  }

  @Override
  public void addStatementEventListener(StatementEventListener listener) {
    real.addStatementEventListener(listener);
  }

  @Override
  public void removeStatementEventListener(StatementEventListener listener) {
    real.removeStatementEventListener(listener);
  }
}
