package io.tola.probe;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import net.ttddyy.dsproxy.ConnectionInfo;
import net.ttddyy.dsproxy.proxy.ConnectionProxyLogic;
import net.ttddyy.dsproxy.proxy.NanoTimeStopwatchFactory;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import net.ttddyy.dsproxy.proxy.SimpleResultSetProxyLogicFactory;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;

/**
 * datasource-proxy's proxy of a connection, which is a {@link PGConnection} as well: COPY is asked of
 * that. Notices where transactions end, and when the pool lends it. Used by one thread at a time, as connections are.
 */
final class TimedConnection implements InvocationHandler {

  private final Connection real;
  private final Profile profile;
  private final Timing timing;
  private final ConnectionProxyLogic proxied;

  TimedConnection(Connection real, Profile profile, String name) throws SQLException {
    this.real = real;
    this.profile = profile;
    this.timing = new Timing(profile, real.getAutoCommit(), name);
    ConnectionInfo info = new ConnectionInfo();
    info.setDataSourceName(name);
    info.setConnectionId(name);
    ProxyConfig config =
        ProxyConfig.Builder.create()
            .dataSourceName(name)
            .queryListener(timing)
            .jdbcProxyFactory(new TimedProxies(timing))
            // Says that results may be proxied at all; which are, TimedProxies decides.
            .resultSetProxyLogicFactory(new SimpleResultSetProxyLogicFactory())
            .stopwatchFactory(new NanoTimeStopwatchFactory())
            .build();
    this.proxied = new ConnectionProxyLogic(real, info, config);
  }

  Connection proxy() {
    return (Connection)
        Proxy.newProxyInstance(
            TimedConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class, PGConnection.class, ProxyJdbcObject.class},
            this);
  }

  /** The physical connection is gone, whoever still has this one. */
  void gone() {
    timing.returned();
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    if (method.getDeclaringClass() == PGConnection.class) {
      return ofPostgres(method, args);
    }
    switch (method.getName()) {
      case "unwrap":
        if (((Class<?>) args[0]).isInstance(proxy)) {
          return proxy;
        }
        break;
      case "isWrapperFor":
        if (((Class<?>) args[0]).isInstance(proxy)) {
          return true;
        }
        break;
      case "commit":
        return ends("COMMIT", proxy, method);
      case "rollback":
        if (args == null) {
          return ends("ROLLBACK", proxy, method);
        }
        break; // to a savepoint: the transaction goes on
      case "beginRequest":
        timing.lent();
        return null; // a hint for us; the driver makes nothing of it
      case "endRequest":
        timing.returned();
        return null;
      case "close":
      case "abort":
        timing.transactionEnds();
        timing.returned();
        break;
      case "setAutoCommit":
        timing.autoCommit((Boolean) args[0]);
        break;
      default:
        break;
    }
    return proxied.invoke(proxy, method, args);
  }

  /** Where deferred constraints fail and the log is flushed. */
  private Object ends(String sql, Object proxy, Method method) throws Throwable {
    StatementRecord statement = timing.startsEnd(sql);
    long since = profile.now();
    Throwable thrown = null;
    try {
      return proxied.invoke(proxy, method, null);
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      timing.finishes(statement, profile.now() - since, thrown, -1);
    }
  }

  private Object ofPostgres(Method method, Object[] args) throws Throwable {
    if (method.getName().equals("getCopyAPI")) {
      return new TimedCopy(real.unwrap(BaseConnection.class), profile, timing);
    }
    try {
      return method.invoke(real, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
