package io.tola.kernel.time;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Produces the platform's {@link Clock}: UTC, ticking in microseconds, because that is what
 * PostgreSQL stores and a timestamp must read back as it was written.
 */
@ApplicationScoped
public class PlatformClock {

  private static final Clock SYSTEM = new Microseconds(Clock.systemUTC());

  /** Returns the clock; thread-safe. */
  @Produces
  public Clock clock() {
    return system();
  }

  /** The same clock for code outside the container. */
  public static Clock system() {
    return SYSTEM;
  }

  /** Not {@link Clock#tick}: for ticks below a millisecond its {@code millis()} divides by zero. */
  private static final class Microseconds extends Clock {

    private final Clock source;

    Microseconds(Clock source) {
      this.source = source;
    }

    @Override
    public ZoneId getZone() {
      return source.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return zone.equals(ZoneOffset.UTC) ? this : new Microseconds(source.withZone(zone));
    }

    @Override
    public long millis() {
      return source.millis();
    }

    @Override
    public Instant instant() {
      return source.instant().truncatedTo(ChronoUnit.MICROS);
    }
  }
}
