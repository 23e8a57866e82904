package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.market.api.TickReport;
import java.util.List;

/**
 * What became of a body of ticks.
 *
 * @param accepted stored now, {@code duplicates} of them before already
 * @param complete false when the body broke off
 */
public record TicksShape(
    long accepted,
    long duplicates,
    long rejected,
    boolean complete,
    List<RejectedTickShape> firstErrors)
    implements Shape {

  public static TicksShape of(TickReport report) {
    return new TicksShape(
        report.accepted(),
        report.duplicates(),
        report.rejected(),
        report.complete(),
        report.firstErrors().stream()
            .map(e -> new RejectedTickShape(e.line(), e.field(), e.message()))
            .toList());
  }

  /** Why a line is not stored. */
  public record RejectedTickShape(long line, String field, String message) {}
}
