package io.tola.systemtests.architecture.broken.ownclock.trading.application;

import java.time.Clock;

/** Has another time than the rest of the platform. */
@SuppressWarnings("all")
public final class MakesAClock {

  Clock clock() {
    return Clock.systemUTC();
  }
}
