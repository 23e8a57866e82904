package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.SlowQuery;
import io.tola.performance.api.SlowQueryReport;
import io.tola.performance.api.StatementPlan;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** Executions that took long, and plans. */
public record SlowQueryReportShape(
    Instant timestamp,
    BigDecimal warnMs,
    BigDecimal slowMs,
    List<SlowQuery> queries,
    List<StatementPlan> plans,
    String plansMissing)
    implements Shape {

  public static SlowQueryReportShape of(SlowQueryReport report) {
    return new SlowQueryReportShape(
        report.timestamp(),
        report.warnMs(),
        report.slowMs(),
        report.queries(),
        report.plans(),
        report.plansMissing());
  }
}
