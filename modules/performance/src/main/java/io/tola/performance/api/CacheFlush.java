package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * What was emptied.
 *
 * @param flushed the caches' names, in their order
 * @param shared whether the other nodes know; otherwise they will as soon as they can be told, and
 *     answer as before for the caches' time to live at most
 */
public record CacheFlush(Instant timestamp, List<String> flushed, boolean shared) {

  public CacheFlush {
    flushed = List.copyOf(flushed);
  }
}
