package io.tola.audit.domain;

import java.time.Instant;

/** Moments as whole microseconds since 1970-01-01T00:00Z: one spelling, in every language. */
public final class Micros {

  private static final long PER_SECOND = 1_000_000;
  private static final long MAX_SECONDS = Long.MAX_VALUE / PER_SECOND - 1;

  private Micros() {}

  /**
   * Finer parts are cut off. Moments some 292,000 years away, which only a tampered row can hold,
   * become the largest or smallest number instead of an exception.
   */
  public static long of(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (seconds > MAX_SECONDS) {
      return Long.MAX_VALUE;
    }
    if (seconds < -MAX_SECONDS) {
      return Long.MIN_VALUE;
    }
    return seconds * PER_SECOND + instant.getNano() / 1_000;
  }

  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1_000L);
  }
}
