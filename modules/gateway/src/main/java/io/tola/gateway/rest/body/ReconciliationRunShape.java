package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.ReconciliationRun;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What comparing a statement came to.
 *
 * @param found differences by class; classes without any are left out
 */
public record ReconciliationRunShape(
    UUID runId,
    UUID statementId,
    UUID accountId,
    String kind,
    Instant asOf,
    Instant comparedAt,
    boolean repeated,
    int lines,
    int ignored,
    int compared,
    int matched,
    Map<String, Integer> found,
    int opened,
    int cleared,
    int accepted)
    implements Shape {

  public static ReconciliationRunShape of(ReconciliationRun run) {
    Map<String, Integer> found = new TreeMap<>();
    run.found().forEach((breakClass, count) -> found.put(breakClass.code(), count));
    return new ReconciliationRunShape(
        run.runId(),
        run.statementId(),
        run.accountId().value(),
        run.kind().code(),
        run.asOf(),
        run.at(),
        run.repeated(),
        run.lines(),
        run.ignored(),
        run.compared(),
        run.matched(),
        found,
        run.opened(),
        run.cleared(),
        run.accepted());
  }
}
