package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.gateway.json.Shape;
import io.tola.gateway.security.Approvals.Approval;
import io.tola.gateway.security.Approvals.Kind;
import io.tola.gateway.security.Approvals.Status;
import java.time.Instant;
import java.util.UUID;

/**
 * A request that needs a second person.
 *
 * @param request what is done when it is approved, as the door took it
 */
public record ApprovalShape(
    UUID approvalId,
    Kind kind,
    UUID accountId,
    @JsonRawValue String request,
    String requestedBy,
    Instant requestedAt,
    Instant expiresAt,
    Status status,
    String decidedBy,
    Instant decidedAt,
    String reason)
    implements Shape {

  public static ApprovalShape of(Approval approval) {
    return new ApprovalShape(
        approval.id(),
        approval.kind(),
        approval.accountId(),
        approval.request(),
        approval.requestedBy(),
        approval.requestedAt(),
        approval.expiresAt(),
        approval.status(),
        approval.decidedBy(),
        approval.decidedAt(),
        approval.reason());
  }
}
