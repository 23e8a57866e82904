package io.tola.gateway.metrics;

import io.tola.gateway.json.Shape;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The platform's own metrics of this node, since it started. */
public record MetricsShape(Instant timestamp, List<MetricShape> metrics) implements Shape {

  /**
   * One metric.
   *
   * @param type {@code counter}, {@code gauge}, {@code timer} or {@code histogram}
   * @param value a counter's count, a gauge's value, how often a timer or histogram was updated
   * @param mean of a timer in seconds, of a histogram in its unit; null otherwise
   * @param max likewise
   */
  public record MetricShape(
      String name,
      Map<String, String> tags,
      String type,
      BigDecimal value,
      BigDecimal mean,
      BigDecimal max) {}
}
