package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.IndexReport;
import java.time.Instant;
import java.util.List;

/** The database's indexes. */
public record IndexReportShape(
    Instant timestamp, Instant countedSince, List<IndexReport.IndexUse> indexes) implements Shape {

  public static IndexReportShape of(IndexReport report) {
    return new IndexReportShape(report.timestamp(), report.countedSince(), report.indexes());
  }
}
