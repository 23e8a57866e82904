package io.tola.trading.application;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Transactions as the container gives them, without one: while a thread is inside {@link #run}, all
 * connections of {@link #dataSource()} on it are the same one. One physical connection a thread.
 */
final class ThreadTransactions implements Transactions {

  /** What can be made to go wrong at the commit. */
  @FunctionalInterface
  interface Hook {
    void run() throws Exception;
  }

  private final DataSource target;
  private final ThreadLocal<Connection> connections = new ThreadLocal<>();
  private final DataSource joined;
  final AtomicInteger commits = new AtomicInteger();

  /** Runs before each commit; throwing rolls back. */
  volatile Hook beforeCommit = () -> {};

  /** Runs after each commit; throwing means that the answer of the commit got lost. */
  volatile Hook afterCommit = () -> {};

  /** Runs when a connection is asked for; throwing means that there is none. */
  volatile Hook onConnect = () -> {};

  ThreadTransactions(DataSource target) {
    this.target = target;
    this.joined =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> {
                  if (!method.getName().equals("getConnection")) {
                    throw new UnsupportedOperationException(method.getName());
                  }
                  return unclosable(connection());
                });
  }

  DataSource dataSource() {
    return joined;
  }

  @Override
  public void run(Work work) throws Exception {
    Connection connection = connection();
    connection.setAutoCommit(false);
    try {
      try {
        work.run();
        beforeCommit.run();
      } catch (Throwable t) {
        if (!connection.isClosed()) {
          connection.rollback();
        }
        throw t;
      }
      try {
        connection.commit();
        afterCommit.run();
      } catch (Exception e) {
        throw new CommitFault(e);
      }
      commits.incrementAndGet();
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    }
  }

  private Connection connection() throws SQLException {
    try {
      onConnect.run();
    } catch (SQLException e) {
      throw e;
    } catch (Exception e) {
      throw new SQLException(e);
    }
    Connection connection = connections.get();
    if (connection == null || connection.isClosed()) {
      connection = target.getConnection();
      // As the server's data source has it.
      try (var statement = connection.createStatement()) {
        statement.execute("SET plan_cache_mode = force_generic_plan");
      }
      connections.set(connection);
    }
    return connection;
  }

  private static Connection unclosable(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            ThreadTransactions.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(connection, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
