package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.HoldingKey;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Hands out one connection with an open transaction again and again, as the container does inside a
 * transaction. Used by one thread.
 */
final class OneTransaction implements DataSource, AutoCloseable {

  private final Connection connection;
  private final Connection shared;

  OneTransaction(DataSource dataSource) {
    try {
      connection = dataSource.getConnection();
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    shared =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    return null;
                  }
                  try {
                    return method.invoke(connection, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection getConnection() {
    return shared;
  }

  @Override
  public Connection getConnection(String username, String password) {
    return shared;
  }

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  /** Opens a ledger in a round trip of its own. */
  BookSession open(
      AccountLedger ledger,
      Collection<AccountId> accounts,
      Collection<HoldingKey> holdings,
      Collection<UUID> restingOrders) {
    RoundTrip trip = new RoundTrip();
    Supplier<BookSession> opened = ledger.open(accounts, holdings, restingOrders, trip);
    trip.send(this);
    return opened.get();
  }

  /** Writes the books in a round trip of their own. */
  void flush(BookSession book) {
    RoundTrip trip = new RoundTrip();
    book.flush(trip);
    trip.send(this);
  }
}
