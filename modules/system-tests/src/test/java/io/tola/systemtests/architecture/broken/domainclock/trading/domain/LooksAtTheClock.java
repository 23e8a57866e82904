package io.tola.systemtests.architecture.broken.domainclock.trading.domain;

import java.time.Clock;

/** Reads a clock where time should be handed in. */
@SuppressWarnings("all")
public final class LooksAtTheClock {

  long age(Clock clock) {
    return clock.millis();
  }
}
