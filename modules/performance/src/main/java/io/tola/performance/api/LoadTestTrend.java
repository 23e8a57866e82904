package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * One figure of a scenario over the runs under equal conditions.
 *
 * @param points oldest first
 * @param changes oldest first
 */
public record LoadTestTrend(
    String metric, boolean lowerIsBetter, List<Point> points, List<Change> changes) {

  /** What one run found. */
  public record Point(String runId, Instant startedAt, double value) {}

  /**
   * From this run on the figure is another.
   *
   * @param runId the first run with the new figure
   * @param before mean of the runs since the change before this one
   * @param after mean of the runs up to the next change
   * @param changePct of {@code before}; null when that is 0
   * @param pValue Welch's t-test of the runs before against those after
   * @param worse whether it changed to the side that is not wanted
   */
  public record Change(
      String runId,
      Instant startedAt,
      double before,
      double after,
      Double changePct,
      double pValue,
      boolean worse) {}
}
