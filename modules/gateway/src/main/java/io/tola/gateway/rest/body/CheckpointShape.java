package io.tola.gateway.rest.body;

import io.tola.audit.api.Checkpoint;
import io.tola.gateway.json.Shape;
import java.time.Instant;

/**
 * The audit log's signed word on what it is.
 *
 * @param note the signed text, byte for byte
 */
public record CheckpointShape(
    String origin, long size, String root, Instant at, String note, String publicKey)
    implements Shape {

  public static CheckpointShape of(Checkpoint checkpoint) {
    return new CheckpointShape(
        checkpoint.origin(),
        checkpoint.size(),
        checkpoint.root(),
        checkpoint.at(),
        checkpoint.note(),
        checkpoint.publicKey());
  }
}
