package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.UUID;

/**
 * One thing that happened to a statement or a break.
 *
 * @param statementId null when it isn't about one
 * @param breakId null when it isn't about one
 * @param event {@code statement_compared}, {@code break_opened}, {@code break_explained}, {@code
 *     break_changed}, {@code break_reopened}, {@code break_adjusted}, {@code break_closed}, {@code
 *     breaks_alerted}
 * @param actor who, or {@code system}
 * @param message for people
 */
public record ReconciliationLog(
    UUID logId,
    Instant at,
    AccountId accountId,
    UUID statementId,
    UUID breakId,
    String event,
    String actor,
    String message) {}
