package io.tola.gateway.rest.body;

import io.tola.audit.api.ConsistencyProof;
import io.tola.gateway.json.Shape;
import java.util.List;

/** Shows that the audit log of one size begins with the log of a smaller one. */
public record ConsistencyProofShape(
    long from,
    String fromRoot,
    long to,
    String toRoot,
    List<String> hashes,
    CheckpointShape checkpoint)
    implements Shape {

  public static ConsistencyProofShape of(ConsistencyProof proof) {
    return new ConsistencyProofShape(
        proof.from(),
        proof.fromRoot(),
        proof.to(),
        proof.toRoot(),
        proof.hashes(),
        CheckpointShape.of(proof.checkpoint()));
  }
}
