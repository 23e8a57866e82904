package io.tola.kernel.port;

import java.util.Optional;

/**
 * Copies that all nodes share, for answers that are dear to make. It may forget anything at any
 * time and be away altogether: then every read finds nothing and every write does nothing. Never
 * throws. Thread-safe.
 */
public interface SharedCache {

  /** How long a copy lives after it was written. */
  int SECONDS = 10;

  /** The copy, if it is there. */
  Optional<String> get(String key);

  /**
   * Writes a copy; it is visible to all nodes when this returns.
   *
   * @param key says whose it is: {@code pnl/<account>}
   */
  void put(String key, String text);
}
