package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.UUID;

/**
 * What risk saw or did, as it was recorded.
 *
 * @param accountId the account, or null for the whole platform
 * @param actor the person who did it, or {@code system}
 * @param detail the facts, JSON
 */
public record RiskEvent(
    UUID id,
    Instant at,
    RiskEventKind kind,
    RiskSeverity severity,
    AccountId accountId,
    String actor,
    String detail) {}
