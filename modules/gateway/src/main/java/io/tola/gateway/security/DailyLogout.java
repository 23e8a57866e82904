package io.tola.gateway.security;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The time of day at which every token ends, whatever its lifetime: SEBI's circular of 4 February
 * 2025 on algorithms of retail investors, and NSE's standards for it, want every API session logged
 * out once a day, before the next day's trading. Immutable.
 *
 * @param at local time of day, or null when nobody is logged out
 * @param zone where that time is read
 */
record DailyLogout(LocalTime at, ZoneId zone) {

  static final DailyLogout OFF = new DailyLogout(null, ZoneId.of("UTC"));

  /**
   * Reads the configuration.
   *
   * @param at {@code HH:MM}, or {@code off}
   * @throws IllegalStateException for anything else
   */
  static DailyLogout of(String at, String zone) {
    try {
      return at.trim().equalsIgnoreCase("off")
          ? OFF
          : new DailyLogout(LocalTime.parse(at.trim()), ZoneId.of(zone.trim()));
    } catch (DateTimeException e) {
      throw new IllegalStateException(
          "tola.security.daily-logout must be HH:MM or off, and tola.security.daily-logout-zone a"
              + " time zone such as Asia/Kolkata: "
              + e.getMessage(),
          e);
    }
  }

  /** The first logout after that moment; {@link Instant#MAX} when there is none. */
  Instant next(Instant after) {
    if (at == null) {
      return Instant.MAX;
    }
    ZonedDateTime local = after.atZone(zone);
    ZonedDateTime today = local.toLocalDate().atTime(at).atZone(zone);
    return today.toInstant().isAfter(after)
        ? today.toInstant()
        : local.toLocalDate().plusDays(1).atTime(at).atZone(zone).toInstant();
  }
}
