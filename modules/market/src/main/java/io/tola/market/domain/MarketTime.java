package io.tola.market.domain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The exchange's clock: India, UTC+5:30 without daylight saving. */
public final class MarketTime {

  public static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

  private MarketTime() {}

  /** The exchange's date at an instant. */
  public static LocalDate dateOf(Instant instant) {
    return instant.atZone(INDIA).toLocalDate();
  }

  /** Midnight in India: where a daily bar starts. */
  public static Instant startOf(LocalDate date) {
    return date.atStartOfDay(INDIA).toInstant();
  }
}
