package io.tola.audit.api;

import java.time.Instant;
import java.util.UUID;

/**
 * One entry as it stands in the trail.
 *
 * @param chain which hash chain it belongs to
 * @param block number of its block in the chain
 * @param index place within the block
 * @param detail canonical JSON
 * @param hash SHA-256 of the entry, hex
 */
public record AuditRecord(
    UUID id,
    Instant at,
    String actor,
    String action,
    String entityType,
    String entityId,
    UUID accountId,
    String detail,
    int chain,
    long block,
    int index,
    String hash) {}
