package io.tola.gateway.stream;

import java.util.function.Consumer;

/** The connection itself. Thread-safe. */
interface Wire {

  /**
   * Sends without waiting; one at a time.
   *
   * @param done hears whether it was written, on whatever thread, perhaps before this returns
   */
  void send(String text, Consumer<Boolean> done);

  /** Closes without waiting; does nothing when it is closed. */
  void close(int code, String reason);
}
