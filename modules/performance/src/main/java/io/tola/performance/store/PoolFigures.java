package io.tola.performance.store;

import io.tola.performance.api.PoolUse;
import io.tola.performance.domain.Figures;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * The connection pools as Liberty's monitoring counts them ({@code WebSphere:type=ConnectionPoolStats}).
 * Elsewhere there are none. Thread-safe.
 */
@ApplicationScoped
public class PoolFigures {

  private static final String PREFIX = "jdbc/";

  private final MBeanServer server;

  public PoolFigures() {
    this(ManagementFactory.getPlatformMBeanServer());
  }

  PoolFigures(MBeanServer server) {
    this.server = server;
  }

  /**
   * The data sources' pools by name; one that hasn't been used yet isn't there.
   *
   * @param maxSizes configured sizes by JNDI name
   */
  public List<PoolUse> pools(Map<String, Integer> maxSizes) {
    List<PoolUse> found = new ArrayList<>();
    try {
      for (ObjectName name :
          server.queryNames(new ObjectName("WebSphere:type=ConnectionPoolStats,*"), null)) {
        String pool = unquoted(name.getKeyProperty("name"));
        if (pool.startsWith(PREFIX)) {
          found.add(pool(name, pool, maxSizes.getOrDefault(pool, 0)));
        }
      }
    } catch (JMException e) {
      throw new IllegalStateException("the server's figures about its pools can't be read", e);
    }
    found.sort(Comparator.comparing(PoolUse::name));
    return found;
  }

  /**
   * Waits so far.
   *
   * @param totalMs all of them together
   */
  public record Waits(long count, BigDecimal totalMs) {}

  /** Waits of the data sources' pools by name, cheap enough to be asked many times a second. */
  public Map<String, Waits> waits() {
    Map<String, Waits> found = new TreeMap<>();
    try {
      for (ObjectName name :
          server.queryNames(new ObjectName("WebSphere:type=ConnectionPoolStats,*"), null)) {
        String pool = unquoted(name.getKeyProperty("name"));
        if (pool.startsWith(PREFIX)) {
          CompositeData wait = (CompositeData) server.getAttribute(name, "WaitTimeDetails");
          found.put(pool, new Waits(count(wait), totalMs(wait)));
        }
      }
    } catch (JMException e) {
      throw new IllegalStateException("the server's figures about its pools can't be read", e);
    }
    return found;
  }

  private PoolUse pool(ObjectName bean, String name, int maxSize) throws JMException {
    long open = number(bean, "ManagedConnectionCount");
    long free = number(bean, "FreeConnectionCount");
    CompositeData wait = (CompositeData) server.getAttribute(bean, "WaitTimeDetails");
    CompositeData use = (CompositeData) server.getAttribute(bean, "InUseTimeDetails");
    long waits = count(wait);
    long uses = count(use);
    return new PoolUse(
        name,
        maxSize,
        open,
        Math.max(0, open - free),
        free,
        number(bean, "ConnectionHandleCount"),
        number(bean, "CreateCount"),
        number(bean, "DestroyCount"),
        waits,
        waits == 0 ? null : millis(wait, "mean"),
        waits == 0 ? null : millis(wait, "maximumValue"),
        uses == 0 ? null : millis(use, "mean"),
        uses == 0 ? null : millis(use, "maximumValue"));
  }

  private long number(ObjectName bean, String attribute) throws JMException {
    return ((Number) server.getAttribute(bean, attribute)).longValue();
  }

  private static long count(CompositeData meter) {
    return ((Number) meter.get("count")).longValue();
  }

  /** The server's own sum, or what the mean makes of it. */
  private static BigDecimal totalMs(CompositeData meter) {
    double total =
        meter.containsKey("total")
            ? ((Number) meter.get("total")).doubleValue()
            : ((Number) meter.get("mean")).doubleValue() * count(meter);
    return BigDecimal.valueOf(Math.round(isNanos(meter) ? total / 1_000 : total * 1_000), 3);
  }

  private static boolean isNanos(CompositeData meter) {
    return String.valueOf(meter.get("unit")).toLowerCase(java.util.Locale.ROOT).startsWith("n");
  }

  private static BigDecimal millis(CompositeData meter, String item) {
    double value = ((Number) meter.get(item)).doubleValue();
    return Figures.ofNanos(Math.round(isNanos(meter) ? value : value * 1_000_000));
  }

  private static String unquoted(String name) {
    return name.startsWith("\"") ? ObjectName.unquote(name) : name;
  }
}
