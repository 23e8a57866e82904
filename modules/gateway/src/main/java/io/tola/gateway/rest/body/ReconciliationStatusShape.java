package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.ReconciliationStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Where reconciliation stands.
 *
 * @param breaks how many are in each state but closed
 * @param open how many of the open ones are of each class
 */
public record ReconciliationStatusShape(
    Instant timestamp,
    Map<String, Long> breaks,
    Map<String, Long> open,
    Instant oldestOpenAt,
    List<StatementShape> statements,
    List<ReconciliationLogShape> events)
    implements Shape {

  public static ReconciliationStatusShape of(ReconciliationStatus status) {
    Map<String, Long> breaks = new TreeMap<>();
    status.states().forEach((state, count) -> breaks.put(state.code(), count));
    Map<String, Long> open = new TreeMap<>();
    status.open().forEach((breakClass, count) -> open.put(breakClass.code(), count));
    return new ReconciliationStatusShape(
        status.timestamp(),
        breaks,
        open,
        status.oldestOpenAt(),
        status.statements().stream().map(StatementShape::of).toList(),
        status.events().stream().map(ReconciliationLogShape::of).toList());
  }

  /** A statement and its last comparison. */
  public record StatementShape(
      UUID statementId,
      UUID accountId,
      String kind,
      Instant asOf,
      int lines,
      String uploadedBy,
      Instant uploadedAt,
      Instant comparedAt,
      int compared,
      int matched,
      int found) {

    static StatementShape of(ReconciliationStatus.Statement statement) {
      return new StatementShape(
          statement.statementId(),
          statement.accountId().value(),
          statement.kind().code(),
          statement.asOf(),
          statement.lines(),
          statement.uploadedBy(),
          statement.uploadedAt(),
          statement.comparedAt(),
          statement.compared(),
          statement.matched(),
          statement.found());
    }
  }
}
