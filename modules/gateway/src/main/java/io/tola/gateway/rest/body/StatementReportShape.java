package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.RequestHabit;
import io.tola.performance.api.StatementReport;
import io.tola.performance.api.StatementUse;
import java.time.Instant;
import java.util.List;

/** A node's statements one by one. */
public record StatementReportShape(
    Instant timestamp, int windowHours, List<StatementUse> statements, List<RequestHabit> habits)
    implements Shape {

  public static StatementReportShape of(StatementReport report) {
    return new StatementReportShape(
        report.timestamp(), report.windowHours(), report.statements(), report.habits());
  }
}
