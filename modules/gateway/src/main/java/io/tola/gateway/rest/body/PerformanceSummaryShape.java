package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.Bottleneck;
import io.tola.performance.api.CacheStats;
import io.tola.performance.api.PerformanceSummary;
import io.tola.performance.api.QueryStats;
import io.tola.performance.api.Recommendation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** A node at a glance. */
public record PerformanceSummaryShape(
    Instant timestamp,
    CacheStats cache,
    QueriesShape performance,
    List<Bottleneck> bottlenecks,
    List<Recommendation> recommendations)
    implements Shape {

  public static PerformanceSummaryShape of(PerformanceSummary summary) {
    QueryStats stats = summary.performance();
    return new PerformanceSummaryShape(
        summary.timestamp(),
        summary.cache(),
        new QueriesShape(
            stats.total(),
            stats.successful(),
            stats.failed(),
            stats.errorRatePct(),
            stats.meanMs(),
            stats.medianMs(),
            stats.p95Ms(),
            stats.p99Ms(),
            stats.minMs(),
            stats.maxMs(),
            summary.windowHours()),
        summary.bottlenecks(),
        summary.recommendations());
  }

  /** All statements. */
  public record QueriesShape(
      long totalQueries,
      long successful,
      long failed,
      BigDecimal errorRatePct,
      BigDecimal avgDurationMs,
      BigDecimal medianDurationMs,
      BigDecimal p95DurationMs,
      BigDecimal p99DurationMs,
      BigDecimal minDurationMs,
      BigDecimal maxDurationMs,
      int windowHours) {}
}
