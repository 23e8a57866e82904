package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.gateway.json.Shape;
import io.tola.performance.api.LoadTestHistory;
import io.tola.performance.api.LoadTestTrend;
import java.util.List;

/**
 * Runs, and how their figures went.
 *
 * @param conditions that {@code trends} is about; null without trends
 */
public record LoadTestHistoryShape(
    List<LoadTestShape> items,
    String nextCursor,
    @JsonRawValue String conditions,
    List<TrendShape> trends)
    implements Shape {

  /** One figure over time. */
  public record TrendShape(
      String metric,
      String better,
      List<LoadTestTrend.Point> points,
      List<LoadTestTrend.Change> changes) {}

  public static LoadTestHistoryShape of(LoadTestHistory history) {
    return new LoadTestHistoryShape(
        history.runs().items().stream().map(LoadTestShape::of).toList(),
        history.runs().nextCursor(),
        history.conditions(),
        history.trends().stream()
            .map(
                t ->
                    new TrendShape(
                        t.metric(),
                        LoadTestShape.better(t.lowerIsBetter()),
                        t.points(),
                        t.changes()))
            .toList());
  }
}
