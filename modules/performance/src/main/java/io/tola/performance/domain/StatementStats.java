package io.tola.performance.domain;

import io.tola.performance.api.QueryType;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one statement did in the span.
 *
 * @param micros durations in microseconds, failed executions included
 * @param nanos all durations together
 * @param rows in the {@code rowsCounted} executions of which it is known
 * @param slow executions over the slow threshold, {@code slowNanos} together, {@code slowestNanos} at
 *     most
 * @param callSites {@code module Class.method}
 */
public record StatementStats(
    String id,
    String text,
    QueryType type,
    Histogram micros,
    long nanos,
    long failed,
    long rows,
    long rowsCounted,
    long slow,
    long slowNanos,
    long slowestNanos,
    List<String> callSites,
    Map<String, Long> failures) {

  /** How often it was sent. */
  public long total() {
    return micros.getTotalCount();
  }
}
