package io.tola.market.application;

import io.tola.market.domain.MarketTime;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long ticks and bars are kept, and how far ahead of this clock a tick may be.
 *
 * @param ticks from a tick's own time on, days or months or years
 * @param bars the same; never shorter than for ticks
 * @param ahead how far a feed's clock may be before ours
 */
record KeepSettings(Period ticks, Period bars, Duration ahead) {

  static final String TICKS = "tola.market.ticks.retention";
  static final String BARS = "tola.market.bars.retention";
  static final String AHEAD = "tola.market.ticks.ahead";

  /**
   * @throws IllegalArgumentException naming the first setting that can't be used
   */
  static KeepSettings read(Function<String, Optional<String>> config) {
    Period ticks = period(config, TICKS, "P10Y");
    Period bars = period(config, BARS, "P30Y");
    if (bars.toTotalMonths() * 31 + bars.getDays() < ticks.toTotalMonths() * 31 + ticks.getDays()) {
      throw new IllegalArgumentException(BARS + " can't be used: it is shorter than " + TICKS);
    }
    String ahead = config.apply(AHEAD).orElse("PT5S");
    try {
      Duration duration = Duration.parse(ahead);
      if (!duration.isNegative() && duration.compareTo(Duration.ofHours(1)) <= 0) {
        return new KeepSettings(ticks, bars, duration);
      }
    } catch (DateTimeParseException e) {
      // Said below, as for one that is out of range.
    }
    throw new IllegalArgumentException(
        AHEAD + "=" + ahead + " can't be used: it must be a duration from PT0S to PT1H");
  }

  private static Period period(
      Function<String, Optional<String>> config, String name, String otherwise) {
    String text = config.apply(name).orElse(otherwise);
    try {
      Period period = Period.parse(text);
      if (!period.isNegative() && !period.isZero() && period.toTotalMonths() <= 600) {
        return period;
      }
    } catch (DateTimeParseException e) {
      // Said below, as for one that is out of range.
    }
    throw new IllegalArgumentException(
        name + "=" + text + " can't be used: it must be a period such as P90D, P18M or P10Y");
  }

  /** Ticks before this are gone or going. */
  Instant ticksSince(Instant now) {
    return since(now, ticks);
  }

  /** Bars before this are gone or going. */
  Instant barsSince(Instant now) {
    return since(now, bars);
  }

  private static Instant since(Instant now, Period period) {
    return MarketTime.startOf(MarketTime.dateOf(now).minus(period));
  }
}
