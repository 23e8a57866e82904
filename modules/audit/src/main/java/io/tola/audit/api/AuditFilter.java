package io.tola.audit.api;

import java.time.Instant;
import java.util.UUID;

/**
 * Which entries to list, newest first. Null means any.
 *
 * @param from earliest, inclusive
 * @param to latest, exclusive
 * @param limit 1 to 500
 * @param cursor where the previous page ended, or null
 */
public record AuditFilter(
    String actor,
    String action,
    String entityId,
    UUID accountId,
    Instant from,
    Instant to,
    int limit,
    String cursor) {}
