package io.tola.gateway.metrics;

import io.tola.gateway.metrics.MetricsShape.MetricShape;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Histogram;
import org.eclipse.microprofile.metrics.Metric;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Timer;

/**
 * All {@code tola_} metrics of this node as JSON, for scripts that don't speak Prometheus.
 * Thread-safe.
 */
@ApplicationScoped
public class MetricsSummary {

  private static final BigDecimal NANOS = new BigDecimal("1000000000");

  private MetricRegistry registry;
  private Clock clock;

  /** For the proxy. */
  protected MetricsSummary() {}

  @Inject
  MetricsSummary(MetricRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** The figures now. */
  public MetricsShape now() {
    List<MetricShape> metrics = new ArrayList<>();
    for (Map.Entry<MetricID, Metric> entry : registry.getMetrics().entrySet()) {
      MetricID id = entry.getKey();
      if (id.getName().startsWith("tola_")) {
        MetricShape shape = shape(id, entry.getValue());
        if (shape != null) {
          metrics.add(shape);
        }
      }
    }
    metrics.sort(Comparator.comparing(MetricShape::name).thenComparing(m -> m.tags().toString()));
    return new MetricsShape(clock.instant(), metrics);
  }

  private static MetricShape shape(MetricID id, Metric metric) {
    String name = id.getName();
    Map<String, String> tags = new java.util.TreeMap<>(id.getTags());
    // The container's own labels say nothing that a node's summary needs.
    tags.keySet().removeIf(tag -> tag.startsWith("mp_"));
    if (metric instanceof Counter counter) {
      return new MetricShape(
          name, tags, "counter", BigDecimal.valueOf(counter.getCount()), null, null);
    }
    if (metric instanceof Gauge<?> gauge) {
      BigDecimal value = value(gauge);
      return value == null ? null : new MetricShape(name, tags, "gauge", value, null, null);
    }
    if (metric instanceof Timer timer) {
      return new MetricShape(
          name,
          tags,
          "timer",
          BigDecimal.valueOf(timer.getCount()),
          perUpdate(timer.getElapsedTime().toNanos(), timer.getCount()),
          number(timer.getSnapshot().getMax(), NANOS));
    }
    if (metric instanceof Histogram histogram) {
      return new MetricShape(
          name,
          tags,
          "histogram",
          BigDecimal.valueOf(histogram.getCount()),
          number(histogram.getSnapshot().getMean(), BigDecimal.ONE),
          number(histogram.getSnapshot().getMax(), BigDecimal.ONE));
    }
    return null;
  }

  private static BigDecimal value(Gauge<?> gauge) {
    try {
      Object value = gauge.getValue();
      return value instanceof Number number ? number(number.doubleValue(), BigDecimal.ONE) : null;
    } catch (RuntimeException e) {
      // One module's broken gauge must not take the others' figures away.
      return null;
    }
  }

  private static BigDecimal perUpdate(long nanos, long count) {
    return count == 0
        ? null
        : BigDecimal.valueOf(nanos)
            .divide(NANOS, 9, RoundingMode.HALF_EVEN)
            .divide(BigDecimal.valueOf(count), 6, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal number(double value, BigDecimal unit) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return null;
    }
    BigDecimal rounded =
        new BigDecimal(Double.toString(value))
            .divide(unit, 6, RoundingMode.HALF_EVEN)
            .stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }
}
