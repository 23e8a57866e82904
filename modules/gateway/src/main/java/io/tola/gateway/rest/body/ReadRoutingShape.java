package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.ReadRouting;
import java.time.Instant;
import java.util.Map;

/** Where reads that bear lag go. */
public record ReadRoutingShape(
    Instant timestamp,
    boolean configured,
    ReadRouting.Replica replica,
    ReadRouting.Bounds bounds,
    ReadRouting.Reads reads,
    Map<String, ReadRouting.Reads> byRead)
    implements Shape {

  public static ReadRoutingShape of(ReadRouting routing) {
    return new ReadRoutingShape(
        routing.timestamp(),
        routing.configured(),
        routing.replica(),
        routing.bounds(),
        routing.reads(),
        routing.byRead());
  }
}
