package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.CacheFlush;
import java.time.Instant;
import java.util.List;

/** Caches that were emptied. */
public record CacheFlushShape(Instant timestamp, List<String> flushed, boolean shared)
    implements Shape {

  public static CacheFlushShape of(CacheFlush flush) {
    return new CacheFlushShape(flush.timestamp(), flush.flushed(), flush.shared());
  }
}
