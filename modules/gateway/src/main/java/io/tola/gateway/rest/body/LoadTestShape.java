package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.gateway.json.Shape;
import io.tola.performance.api.LoadTest;
import io.tola.performance.api.RecordedLoadTest;
import java.time.Instant;
import java.util.List;

/** What one run of a load test found. */
public record LoadTestShape(
    String runId,
    String scenario,
    Instant startedAt,
    String commit,
    boolean passed,
    @JsonRawValue String conditions,
    List<MetricShape> metrics,
    @JsonRawValue String verdicts,
    String reportedBy,
    Instant reportedAt)
    implements Shape {

  /**
   * One figure.
   *
   * @param better {@code lower} or {@code higher}
   */
  public record MetricShape(String name, double value, String better) {}

  public static LoadTestShape of(RecordedLoadTest recorded) {
    LoadTest test = recorded.test();
    return new LoadTestShape(
        test.runId(),
        test.scenario(),
        test.startedAt(),
        test.commit(),
        test.passed(),
        test.conditions(),
        test.metrics().stream()
            .map(m -> new MetricShape(m.name(), m.value(), better(m.lowerIsBetter())))
            .toList(),
        test.verdicts(),
        recorded.reportedBy(),
        recorded.reportedAt());
  }

  static String better(boolean lowerIsBetter) {
    return lowerIsBetter ? "lower" : "higher";
  }
}
