package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.CacheReport;
import io.tola.performance.api.CacheStats;
import io.tola.performance.api.CacheUse;
import java.time.Instant;
import java.util.List;

/** The caches of a node. */
public record CacheReportShape(
    Instant timestamp, CacheStats cache, boolean shared, String trouble, List<CacheUse> caches)
    implements Shape {

  public static CacheReportShape of(CacheReport report) {
    return new CacheReportShape(
        report.timestamp(), report.cache(), report.shared(), report.trouble(), report.caches());
  }
}
