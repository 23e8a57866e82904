package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.Map;

/**
 * What happened, for {@link RiskEvents#record}.
 *
 * @param accountId the account, or null for the whole platform
 * @param actor the person who did it, or {@code system}
 * @param at when; microseconds
 * @param detail the facts: strings, integers, {@code BigDecimal}, booleans, null, lists and maps of
 *     those; never a double
 */
public record NewRiskEvent(
    RiskEventKind kind,
    RiskSeverity severity,
    AccountId accountId,
    String actor,
    Instant at,
    Map<String, ?> detail) {}
