package io.tola.systemtests.architecture.broken.clockless.trading.application;

import java.time.Instant;
import java.util.function.Supplier;

/** Can't be tested at another time than now. */
@SuppressWarnings("all")
public final class AsksTheSystem {

  Instant at() {
    return Instant.now();
  }

  long millis() {
    return System.currentTimeMillis();
  }

  Supplier<Instant> later() {
    return Instant::now;
  }
}
