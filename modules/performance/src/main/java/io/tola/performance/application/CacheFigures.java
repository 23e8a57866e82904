package io.tola.performance.application;

import io.tola.kernel.port.SharedCache;
import io.tola.performance.api.CacheStats;
import io.tola.performance.domain.Figures;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Metric;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * The caches by the metrics that each of them keeps: {@code tola_cache_size}, {@code
 * tola_cache_hits_total}, {@code tola_cache_misses_total}. Thread-safe.
 */
@ApplicationScoped
public class CacheFigures {

  private MetricRegistry registry;

  /** For the proxy. */
  protected CacheFigures() {}

  @Inject
  CacheFigures(MetricRegistry registry) {
    this.registry = registry;
  }

  /** All caches of this node, since its start. */
  public CacheStats together() {
    long hits = sum("tola_cache_hits_total");
    long misses = sum("tola_cache_misses_total");
    return new CacheStats(
        sum("tola_cache_size"),
        null,
        hits,
        misses,
        hits + misses == 0 ? null : Figures.rate(hits, hits + misses, 2),
        SharedCache.SECONDS);
  }

  private long sum(String name) {
    long sum = 0;
    for (Map.Entry<MetricID, Metric> entry : registry.getMetrics().entrySet()) {
      if (entry.getKey().getName().equals(name)) {
        if (entry.getValue() instanceof Counter counter) {
          sum += counter.getCount();
        } else if (entry.getValue() instanceof Gauge<?> gauge) {
          sum += gauge.getValue().longValue();
        }
      }
    }
    return sum;
  }
}
