package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * What one run of a load test found, as the runner says it.
 *
 * @param runId made by the runner, 1 to 64 of letters, digits, dot, dash and underscore; says which run this is,
 *     however often it is reported
 * @param scenario lower case with dashes, up to 32 characters
 * @param commit of the code that was loaded
 * @param passed whether everything held that had to, thresholds and the comparison of orders
 * @param conditions a JSON object: machine, users, mix, durations. Runs with equal ones are comparable
 * @param verdicts a JSON array of {@code {what, wanted, got, passed}}
 * @param metrics no two of one name
 */
public record LoadTest(
    String runId,
    String scenario,
    Instant startedAt,
    String commit,
    boolean passed,
    String conditions,
    String verdicts,
    List<Metric> metrics) {

  public LoadTest {
    metrics = List.copyOf(metrics);
  }

  /**
   * One figure.
   *
   * @param name ends in its unit: {@code p95_ms}
   * @param value finite
   */
  public record Metric(String name, double value, boolean lowerIsBetter) {}
}
