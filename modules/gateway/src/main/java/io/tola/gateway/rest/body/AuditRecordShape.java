package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.audit.api.AuditRecord;
import io.tola.gateway.json.Shape;
import java.time.Instant;
import java.util.UUID;

/**
 * One entry of the audit trail.
 *
 * @param detail the canonical JSON that was hashed, byte for byte
 */
public record AuditRecordShape(
    UUID id,
    Instant at,
    String actor,
    String action,
    String entityType,
    String entityId,
    UUID accountId,
    @JsonRawValue String detail,
    int chain,
    long block,
    int index,
    String hash)
    implements Shape {

  public static AuditRecordShape of(AuditRecord entry) {
    return new AuditRecordShape(
        entry.id(),
        entry.at(),
        entry.actor(),
        entry.action(),
        entry.entityType(),
        entry.entityId(),
        entry.accountId(),
        entry.detail(),
        entry.chain(),
        entry.block(),
        entry.index(),
        entry.hash());
  }
}
