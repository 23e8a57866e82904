package io.tola.performance.application;

import io.tola.performance.domain.CacheAdvice.CacheFacts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Metric;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Each cache's figures by the metrics that it keeps, {@code tola_cache_…{cache=…}}, whoever's cache
 * it is. Thread-safe.
 */
@ApplicationScoped
public class CacheReadings {

  private static final String PREFIX = "tola_cache_";

  private MetricRegistry registry;

  /** For the proxy. */
  protected CacheReadings() {}

  @Inject
  CacheReadings(MetricRegistry registry) {
    this.registry = registry;
  }

  /** Every cache that says whether it was hit. */
  public List<CacheFacts> caches() {
    Map<String, Map<String, BigDecimal>> found = new TreeMap<>();
    for (Map.Entry<MetricID, Metric> entry : registry.getMetrics().entrySet()) {
      String name = entry.getKey().getName();
      String cache = entry.getKey().getTags().get("cache");
      if (name.startsWith(PREFIX) && cache != null) {
        BigDecimal value = value(entry.getValue());
        if (value != null) {
          found
              .computeIfAbsent(cache, c -> new HashMap<>())
              .merge(name.substring(PREFIX.length()), value, BigDecimal::add);
        }
      }
    }
    return found.entrySet().stream()
        .filter(e -> e.getValue().containsKey("hits_total"))
        .map(e -> facts(e.getKey(), e.getValue()))
        .toList();
  }

  private static BigDecimal value(Metric metric) {
    if (metric instanceof Counter counter) {
      return BigDecimal.valueOf(counter.getCount());
    }
    if (metric instanceof Gauge<?> gauge && gauge.getValue() != null) {
      Number value = gauge.getValue();
      return value instanceof BigDecimal exact ? exact : new BigDecimal(value.toString());
    }
    return null;
  }

  private static CacheFacts facts(String name, Map<String, BigDecimal> of) {
    BigDecimal load = of.get("load_ms");
    return new CacheFacts(
        name,
        number(of, "size"),
        of.containsKey("max_size") ? (Long) number(of, "max_size") : null,
        number(of, "hits_total"),
        number(of, "misses_total"),
        number(of, "loads_total"),
        number(of, "evictions_total"),
        number(of, "invalidations_total"),
        (int) number(of, "ttl_seconds"),
        load == null || load.signum() == 0 ? null : load.setScale(3, RoundingMode.HALF_EVEN));
  }

  private static long number(Map<String, BigDecimal> of, String name) {
    return of.getOrDefault(name, BigDecimal.ZERO).longValue();
  }
}
