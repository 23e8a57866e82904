package io.tola.strategy;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import io.tola.strategy.domain.SettingsForm;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bars, instruments and settings that tests share. */
public final class Samples {

  public static final Symbol TCS = new Symbol("TCS");
  public static final Symbol INFY = new Symbol("INFY");

  /** Midnight in India, as daily bars start. */
  public static final Instant FIRST_DAY = Instant.parse("2026-01-04T18:30:00Z");

  private Samples() {}

  public static Instrument instrument(Symbol symbol, long lot) {
    return new Instrument(
        symbol,
        "INE000A01000",
        symbol + " Ltd.",
        "IT",
        new BigDecimal("0.05"),
        Quantity.of(lot),
        new BigDecimal("10"),
        Quantity.of(10_000),
        true,
        LocalDate.of(2024, 5, 31));
  }

  public static Bar bar(
      Symbol symbol,
      Interval interval,
      Instant start,
      BigDecimal open,
      BigDecimal high,
      BigDecimal low,
      BigDecimal close) {
    return new Bar(
        symbol,
        interval,
        start,
        new Price(open),
        new Price(high),
        new Price(low),
        new Price(close),
        1_000);
  }

  /** The n-th daily bar of TCS; high and low are the larger and the smaller of open and close. */
  public static Bar daily(int n, String open, String close) {
    BigDecimal from = new BigDecimal(open);
    BigDecimal to = new BigDecimal(close);
    return bar(
        TCS,
        Interval.ONE_DAY,
        FIRST_DAY.plus(Interval.ONE_DAY.length().multipliedBy(n)),
        from,
        from.max(to),
        from.min(to),
        to);
  }

  /** Daily bars that open where they close: for strategies that look at closes only. */
  public static List<Bar> closes(String... closes) {
    List<Bar> bars = new ArrayList<>();
    for (String close : closes) {
      bars.add(daily(bars.size(), close, close));
    }
    return bars;
  }

  /** A random walk on the tick grid, the same for the same seed. */
  public static List<Bar> walk(long seed, int count) {
    Random random = new Random(seed);
    List<Bar> bars = new ArrayList<>();
    long close = 100_000;
    for (int i = 0; i < count; i++) {
      long open = Math.max(5_000, close + 5L * random.nextInt(-100, 101));
      close = Math.max(5_000, open + 5L * random.nextInt(-400, 401));
      long high = Math.max(open, close) + 5L * random.nextInt(0, 100);
      long low = Math.min(open, close) - 5L * random.nextInt(0, 100);
      bars.add(
          bar(
              TCS,
              Interval.ONE_DAY,
              FIRST_DAY.plus(Interval.ONE_DAY.length().multipliedBy(i)),
              rupees(open),
              rupees(high),
              rupees(low),
              rupees(close)));
    }
    return bars;
  }

  private static BigDecimal rupees(long paise) {
    return BigDecimal.valueOf(paise, 2);
  }

  public static long paise(Price price) {
    return price.value().movePointRight(2).longValueExact();
  }

  /** Settings from name and value, name and value …; what is missing has its default. */
  public static Settings settings(TradingStrategy strategy, Object... pairs) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      given.put((String) pairs[i], value instanceof Integer whole ? new BigDecimal(whole) : value);
    }
    SettingsForm.Read read = SettingsForm.of(strategy, given);
    if (read.settings() == null) {
      throw new IllegalArgumentException(read.errors().toString());
    }
    return read.settings();
  }
}
