package io.tola.market.domain;

import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A made-up past for an instrument, ending at a given close: daily bars, and minutes of the last
 * few days. Same factors as {@link SimulatedMarket}, so shares of an industry move together.
 *
 * <p>Deterministic for a seed, the days and the last close. Every bar is on the tick grid; the
 * minutes of a day begin at the day's open, end at its close and stay between its low and high.
 */
public final class SimulatedHistory {

  private static final double MARKET_VOLATILITY = 0.0085;
  private static final double INDUSTRY_VOLATILITY = 0.006;
  private static final double OWN_VOLATILITY = 0.010;
  private static final double LARGEST_DAY = 0.08;
  private static final double DAILY_VALUE = 8_000_000_000.0;
  private static final LocalTime FIRST_MINUTE = LocalTime.of(9, 15);

  /** One-minute bars of a session from 09:15 to 15:30. */
  public static final int MINUTES = 375;

  private SimulatedHistory() {}

  /**
   * Daily bars for the given days.
   *
   * @param days oldest first
   * @param lastClose in {@link Units}: close of the last day
   */
  public static List<Bar> daily(
      long seed, Instrument instrument, List<LocalDate> days, long lastClose) {
    long tick = Units.of(instrument.tickSize());
    List<Bar> bars = new ArrayList<>(days.size());
    long close = lastClose;
    for (int i = days.size() - 1; i >= 0; i--) {
      LocalDate day = days.get(i);
      SeededNoise noise = noise(seed, instrument.symbol(), day, 1);
      double move = move(seed, instrument, day, noise);
      long previous = onGrid(close / StrictMath.exp(move), tick);
      long open = onGrid(previous * StrictMath.exp(0.003 * noise.nextGaussian()), tick);
      double above = Math.abs(0.005 * noise.nextGaussian());
      double below = Math.abs(0.005 * noise.nextGaussian());
      long high =
          Math.max(Math.max(open, close), onGrid(Math.max(open, close) * (1 + above), tick));
      long low = Math.min(Math.min(open, close), onGrid(Math.min(open, close) * (1 - below), tick));
      double price = (double) close / Units.PER_RUPEE;
      long volume = (long) (DAILY_VALUE / price * StrictMath.exp(0.4 * noise.nextGaussian()));
      bars.add(
          bar(
              instrument,
              Interval.ONE_DAY,
              MarketTime.startOf(day),
              open,
              high,
              low,
              close,
              volume));
      close = previous;
    }
    Collections.reverse(bars);
    return bars;
  }

  /** The one-minute bars of one session that add up to its daily bar. */
  public static List<Bar> minutes(long seed, Instrument instrument, Bar daily) {
    LocalDate day = MarketTime.dateOf(daily.start());
    long tick = Units.of(instrument.tickSize());
    SeededNoise noise = noise(seed, instrument.symbol(), day, 2);
    long open = Units.of(daily.open());
    long high = Units.of(daily.high());
    long low = Units.of(daily.low());
    long close = Units.of(daily.close());
    long[] path = bridge(noise, open, high, low, close, tick);
    Instant start = day.atTime(FIRST_MINUTE).atZone(MarketTime.INDIA).toInstant();
    List<Bar> bars = new ArrayList<>(MINUTES);
    long left = daily.volume();
    for (int i = 0; i < MINUTES; i++) {
      long first = path[i];
      long last = path[i + 1];
      long top = Math.min(high, Math.max(first, last) + tick * (noise.nextLong() >>> 62));
      long bottom = Math.max(low, Math.min(first, last) - tick * (noise.nextLong() >>> 62));
      long volume =
          i == MINUTES - 1
              ? left
              : Math.min(left, (long) (2 * noise.nextUniform() * daily.volume() / MINUTES));
      left -= volume;
      bars.add(
          bar(
              instrument,
              Interval.ONE_MINUTE,
              start.plus(i, ChronoUnit.MINUTES),
              first,
              Math.max(top, Math.max(first, last)),
              Math.min(bottom, Math.min(first, last)),
              last,
              volume));
    }
    return bars;
  }

  /** A random walk tied to open and close at its ends, touching high and low once. */
  private static long[] bridge(
      SeededNoise noise, long open, long high, long low, long close, long tick) {
    double[] walk = new double[MINUTES + 1];
    for (int i = 1; i <= MINUTES; i++) {
      walk[i] = walk[i - 1] + noise.nextGaussian();
    }
    double scale = Math.max(tick, (high - low) / 40.0);
    long[] path = new long[MINUTES + 1];
    for (int i = 0; i <= MINUTES; i++) {
      double along = (double) i / MINUTES;
      double tied = walk[i] - along * walk[MINUTES];
      long value = onGrid(open + along * (close - open) + scale * tied, tick);
      path[i] = Math.max(low, Math.min(high, value));
    }
    path[0] = open;
    path[MINUTES] = close;
    int peak = 1 + (int) (noise.nextUniform() * (MINUTES - 2));
    int trough = 1 + (int) (noise.nextUniform() * (MINUTES - 2));
    path[peak] = high;
    path[trough == peak ? (peak % (MINUTES - 2)) + 1 : trough] = low;
    return path;
  }

  private static double move(long seed, Instrument instrument, LocalDate day, SeededNoise own) {
    double market = SeededNoise.of(seed, day.toEpochDay()).nextGaussian() * MARKET_VOLATILITY;
    double industry =
        SeededNoise.of(seed, day.toEpochDay(), SeededNoise.part(instrument.industry()))
                .nextGaussian()
            * INDUSTRY_VOLATILITY;
    double all = market + industry + own.nextGaussian() * OWN_VOLATILITY;
    return Math.max(-LARGEST_DAY, Math.min(LARGEST_DAY, all));
  }

  private static SeededNoise noise(long seed, Symbol symbol, LocalDate day, long purpose) {
    return SeededNoise.of(seed, SeededNoise.part(symbol.value()), day.toEpochDay(), purpose);
  }

  private static long onGrid(double units, long tick) {
    return Math.max(1, Math.round(units / tick)) * tick;
  }

  private static Bar bar(
      Instrument instrument,
      Interval interval,
      Instant start,
      long open,
      long high,
      long low,
      long close,
      long volume) {
    return new Bar(
        instrument.symbol(),
        interval,
        start,
        Units.price(open),
        Units.price(high),
        Units.price(low),
        Units.price(close),
        volume);
  }
}
