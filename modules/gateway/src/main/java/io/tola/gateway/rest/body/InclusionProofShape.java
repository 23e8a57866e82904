package io.tola.gateway.rest.body;

import io.tola.audit.api.InclusionProof;
import io.tola.gateway.json.Shape;
import java.util.List;

/** Shows that an entry is in the audit log. */
public record InclusionProofShape(
    AuditRecordShape entry, long leaf, long size, List<String> hashes, CheckpointShape checkpoint)
    implements Shape {

  public static InclusionProofShape of(InclusionProof proof) {
    return new InclusionProofShape(
        AuditRecordShape.of(proof.entry()),
        proof.leaf(),
        proof.size(),
        proof.hashes(),
        CheckpointShape.of(proof.checkpoint()));
  }
}
