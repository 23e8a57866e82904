package io.tola.probe;

import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import net.ttddyy.dsproxy.ConnectionInfo;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.proxy.jdk.JdkJdbcProxyFactory;

/** datasource-proxy's own proxies, but of results only those whose rows are to be counted. */
final class TimedProxies extends JdkJdbcProxyFactory {

  private final Timing timing;

  TimedProxies(Timing timing) {
    this.timing = timing;
  }

  @Override
  public ResultSet createResultSet(
      ResultSet resultSet, ConnectionInfo connection, ProxyConfig config) {
    if (!timing.countsRows()) {
      return resultSet;
    }
    return (ResultSet)
        Proxy.newProxyInstance(
            TimedProxies.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            new CountedRows(resultSet, timing));
  }
}
