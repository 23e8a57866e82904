package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.ReconciliationLog;
import java.time.Instant;
import java.util.UUID;

/** One thing that happened to a statement or a break. */
public record ReconciliationLogShape(
    UUID logId,
    Instant at,
    UUID accountId,
    UUID statementId,
    UUID breakId,
    String event,
    String actor,
    String message)
    implements Shape {

  public static ReconciliationLogShape of(ReconciliationLog line) {
    return new ReconciliationLogShape(
        line.logId(),
        line.at(),
        line.accountId().value(),
        line.statementId(),
        line.breakId(),
        line.event(),
        line.actor(),
        line.message());
  }
}
