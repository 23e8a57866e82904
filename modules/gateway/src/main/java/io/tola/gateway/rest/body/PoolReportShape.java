package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.PoolReport;
import io.tola.performance.api.PoolUse;
import java.time.Instant;
import java.util.List;

/** The pools of a node. */
public record PoolReportShape(Instant timestamp, List<PoolUse> pools) implements Shape {

  public static PoolReportShape of(PoolReport report) {
    return new PoolReportShape(report.timestamp(), report.pools());
  }
}
