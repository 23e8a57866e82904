package io.tola.kernel.time;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;

/**
 * Produces the platform's {@link Clock}: UTC, ticking in microseconds, because that is what
 * PostgreSQL stores and a timestamp must read back as it was written.
 */
@ApplicationScoped
public class PlatformClock {

  /** Returns the clock; thread-safe. */
  @Produces
  public Clock clock() {
    return system();
  }

  /** The same clock for code outside the container. */
  public static Clock system() {
    return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
  }
}
