package io.tola.portfolio.application;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A small pool as a server has one: connections of their own for single statements, and one for all
 * statements of a thread inside {@link #inTransaction}. Thread-safe.
 */
final class ThreadTransactions implements DataSource, AutoCloseable {

  private final BlockingQueue<Connection> pool;
  private final ThreadLocal<Connection> open = new ThreadLocal<>();

  ThreadTransactions(DataSource source, int size) throws SQLException {
    pool = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      pool.add(source.getConnection());
    }
  }

  <T> T inTransaction(Supplier<T> work) {
    try {
      Connection connection = pool.take();
      connection.setAutoCommit(false);
      open.set(connection);
      try {
        T result = work.get();
        connection.commit();
        return result;
      } catch (RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        open.remove();
        connection.setAutoCommit(true);
        pool.add(connection);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection own = open.get();
    Connection connection;
    try {
      connection = own == null ? pool.take() : own;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException(e);
    }
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (own == null) {
                  pool.add(connection);
                }
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : pool) {
      connection.close();
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return getConnection();
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
}
