package io.tola.market.api;

import java.time.Duration;
import java.util.Optional;

/** The lengths of bar that are kept. */
public enum Interval {
  ONE_MINUTE("1m", Duration.ofMinutes(1)),
  FIVE_MINUTES("5m", Duration.ofMinutes(5)),
  FIFTEEN_MINUTES("15m", Duration.ofMinutes(15)),
  ONE_HOUR("1h", Duration.ofHours(1)),
  ONE_DAY("1d", Duration.ofDays(1));

  private final String code;
  private final Duration length;

  Interval(String code, Duration length) {
    this.code = code;
    this.length = length;
  }

  /** The spelling in the contract: {@code 1m 5m 15m 1h 1d}. */
  public String code() {
    return code;
  }

  public Duration length() {
    return length;
  }

  public static Optional<Interval> byCode(String code) {
    for (Interval interval : values()) {
      if (interval.code.equals(code)) {
        return Optional.of(interval);
      }
    }
    return Optional.empty();
  }
}
