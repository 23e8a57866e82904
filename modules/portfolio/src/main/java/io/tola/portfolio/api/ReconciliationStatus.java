package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where reconciliation stands.
 *
 * @param states how many breaks are in each state; CLOSED is left out, because it only grows
 * @param open how many of the OPEN ones are of each class
 * @param oldestOpenAt since when the oldest OPEN one has been open; null when there is none
 * @param statements the last statement of each kind, of each account; 200 of them at most, those last
 *     compared first
 * @param events the newest log lines
 */
public record ReconciliationStatus(
    Map<BreakState, Long> states,
    Map<BreakClass, Long> open,
    Instant oldestOpenAt,
    List<Statement> statements,
    List<ReconciliationLog> events,
    Instant timestamp) {

  /** A statement and its last comparison. */
  public record Statement(
      UUID statementId,
      AccountId accountId,
      StatementKind kind,
      Instant asOf,
      int lines,
      String uploadedBy,
      Instant uploadedAt,
      Instant comparedAt,
      int compared,
      int matched,
      int found) {}
}
