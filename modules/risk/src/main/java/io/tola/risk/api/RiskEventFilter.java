package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.Set;

/**
 * Which risk events to list, newest first. Null means any.
 *
 * @param accounts events of these accounts only; null for all, the platform's own included
 * @param from earliest, inclusive
 * @param to latest, exclusive
 * @param limit 1 to 500
 * @param cursor where the previous page ended, or null
 */
public record RiskEventFilter(
    Set<AccountId> accounts,
    RiskEventKind kind,
    RiskSeverity severity,
    Instant from,
    Instant to,
    int limit,
    String cursor) {

  public RiskEventFilter {
    accounts = accounts == null ? null : Set.copyOf(accounts);
  }
}
