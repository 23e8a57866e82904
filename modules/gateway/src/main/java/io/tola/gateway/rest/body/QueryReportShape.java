package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.Bottleneck;
import io.tola.performance.api.QueryReport;
import io.tola.performance.api.QueryStats;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A node's statements by type. */
public record QueryReportShape(
    Instant timestamp,
    QueryStats stats,
    List<Bottleneck> bottlenecks,
    Map<String, QueryStats> queryTypes)
    implements Shape {

  public static QueryReportShape of(QueryReport report) {
    return new QueryReportShape(
        report.timestamp(), report.stats(), report.bottlenecks(), report.queryTypes());
  }
}
