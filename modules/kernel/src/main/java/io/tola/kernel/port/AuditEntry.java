package io.tola.kernel.port;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * One fact for the audit trail.
 *
 * @param id UUIDv7 of the entry
 * @param at when it happened, microseconds
 * @param actor the user who did it, or {@code system}
 * @param action what happened, past tense in snake case with its noun first: {@code order_placed}
 * @param entityType what it happened to: {@code order}, {@code risk_limits}, {@code user}
 * @param entityId the id of that
 * @param accountId the account concerned, or null
 * @param detail the facts: strings, integers, {@code BigDecimal}, booleans, null, lists and maps of
 *     those; never a double
 */
public record AuditEntry(
    UUID id,
    Instant at,
    String actor,
    String action,
    String entityType,
    String entityId,
    UUID accountId,
    Map<String, ?> detail) {}
