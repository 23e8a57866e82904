package io.tola.strategy.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.market.api.Bar;
import io.tola.strategy.Samples;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each shipped strategy against the naive way, bar by bar over random walks: whole paise, one loop an
 * average, nothing kept between bars. The naive ones are exact where the strategy is; RSI and EMA, which
 * remember their beginning, are compared in floating point.
 */
class StrategiesOracleTest {

  private static final int BARS = 1_200;

  /** What the strategy says at each bar, null before it sees. */
  private static List<Decision> said(TradingStrategy strategy, Settings settings, List<Bar> bars) {
    TradingStrategy.Watch watch = strategy.watch(settings);
    List<Decision> said = new ArrayList<>();
    for (Bar bar : bars) {
      Optional<Features> seen = watch.next(bar);
      said.add(seen.map(features -> strategy.decide(features, settings)).orElse(null));
    }
    return said;
  }

  private interface Naive {
    Direction at(int bar);
  }

  private static void compare(
      TradingStrategy strategy, Settings settings, List<Bar> bars, Naive naive) {
    List<Decision> said = said(strategy, settings, bars);
    int needed = strategy.barsNeeded(settings);
    Set<Direction> heard = EnumSet.noneOf(Direction.class);
    for (int i = 0; i < bars.size(); i++) {
      if (i < needed - 1) {
        assertThat(said.get(i)).as("bar %d of %d needed", i + 1, needed).isNull();
        continue;
      }
      assertThat(said.get(i).direction()).as("bar " + i).isEqualTo(naive.at(i));
      assertThat(said.get(i).confidence()).isBetween(BigDecimal.ZERO, BigDecimal.ONE);
      heard.add(said.get(i).direction());
    }
    assertThat(heard).as("the walk makes it say everything").containsOnly(Direction.values());
  }

  private static long[] closes(List<Bar> bars) {
    return bars.stream().mapToLong(bar -> Samples.paise(bar.close())).toArray();
  }

  private static long sum(long[] values, int end, int count) {
    return IntStream.rangeClosed(end - count + 1, end).mapToLong(i -> values[i]).sum();
  }

  @ParameterizedTest
  @CsvSource({"1,20,50", "2,2,3", "3,5,35", "4,3,7"})
  void momentumIsTheCrossOfPlainMeans(long seed, int fast, int slow) {
    Momentum strategy = new Momentum();
    List<Bar> bars = Samples.walk(seed, BARS);
    long[] closes = closes(bars);
    compare(
        strategy,
        Samples.settings(strategy, "fast", fast, "slow", slow),
        bars,
        i -> {
          // sum / fast against sum / slow, multiplied out.
          int now = Long.compare(sum(closes, i, fast) * slow, sum(closes, i, slow) * fast);
          int before =
              Long.compare(sum(closes, i - 1, fast) * slow, sum(closes, i - 1, slow) * fast);
          return now > 0 && before <= 0
              ? Direction.BUY
              : now < 0 && before >= 0 ? Direction.SELL : Direction.HOLD;
        });
  }

  private static double ema(long[] closes, int end, int bars) {
    double average = closes[0];
    for (int i = 1; i <= end; i++) {
      average += (closes[i] - average) * 2 / (bars + 1);
    }
    return average;
  }

  @ParameterizedTest
  @CsvSource({"5,5,12", "6,12,26"})
  void momentumIsTheCrossOfExponentialMeans(long seed, int fast, int slow) {
    Momentum strategy = new Momentum();
    List<Bar> bars = Samples.walk(seed, BARS / 2);
    long[] closes = closes(bars);
    compare(
        strategy,
        Samples.settings(strategy, "average", "EMA", "fast", fast, "slow", slow),
        bars,
        i -> {
          double now = ema(closes, i, fast) - ema(closes, i, slow);
          double before = ema(closes, i - 1, fast) - ema(closes, i - 1, slow);
          return now > 0 && before <= 0
              ? Direction.BUY
              : now < 0 && before >= 0 ? Direction.SELL : Direction.HOLD;
        });
  }

  /**
   * 1 above the upper band, −1 below the lower one, 0 between. With S the sum and Q the sum of squares of
   * n closes: the distance from the mean is beyond w deviations when (n·c − S)² &gt; w²·(n·Q − S²).
   */
  private static int outside(long[] closes, int end, int n, BigDecimal width) {
    long sum = sum(closes, end, n);
    long squares =
        IntStream.rangeClosed(end - n + 1, end).mapToLong(i -> closes[i] * closes[i]).sum();
    long off = n * closes[end] - sum;
    BigDecimal left = BigDecimal.valueOf(off).pow(2);
    BigDecimal right =
        width
            .pow(2)
            .multiply(BigDecimal.valueOf(n * squares).subtract(BigDecimal.valueOf(sum).pow(2)));
    return left.compareTo(right) > 0 ? Long.signum(off) : 0;
  }

  @ParameterizedTest
  @CsvSource({"7,20,2", "8,10,1.5", "9,35,0.75"})
  void meanReversionLeavesBandsOfThePopulationsDeviation(long seed, int period, String width) {
    MeanReversion strategy = new MeanReversion();
    List<Bar> bars = Samples.walk(seed, BARS);
    long[] closes = closes(bars);
    BigDecimal w = new BigDecimal(width);
    compare(
        strategy,
        Samples.settings(strategy, "period", period, "width", w),
        bars,
        i -> {
          int now = outside(closes, i, period, w);
          int before = outside(closes, i - 1, period, w);
          return now < 0 && before >= 0
              ? Direction.BUY
              : now > 0 && before <= 0 ? Direction.SELL : Direction.HOLD;
        });
  }

  /** Wilder's own way: begun at the mean of the first n changes. */
  private static double wilder(long[] closes, int end, int n) {
    double gain = 0;
    double loss = 0;
    for (int i = 1; i <= n; i++) {
      gain += (double) Math.max(0, closes[i] - closes[i - 1]) / n;
      loss += (double) Math.max(0, closes[i - 1] - closes[i]) / n;
    }
    for (int i = n + 1; i <= end; i++) {
      gain = (gain * (n - 1) + Math.max(0, closes[i] - closes[i - 1])) / n;
      loss = (loss * (n - 1) + Math.max(0, closes[i - 1] - closes[i])) / n;
    }
    return gain + loss == 0 ? 50 : 100 * gain / (gain + loss);
  }

  @ParameterizedTest
  @CsvSource({"10,14", "11,7", "12,3"})
  void rsiIsWildersWithinAHundredthOfAPointFromTenPeriodsOn(long seed, int period) {
    Rsi strategy = new Rsi();
    Settings settings = Samples.settings(strategy, "period", period);
    List<Bar> bars = Samples.walk(seed, 400);
    long[] closes = closes(bars);
    TradingStrategy.Watch watch = strategy.watch(settings);
    int compared = 0;
    for (int i = 0; i < bars.size(); i++) {
      Optional<Features> seen = watch.next(bars.get(i));
      if (i + 1 >= strategy.barsWanted(settings)) {
        assertThat(seen.orElseThrow().get("rsi").doubleValue())
            .as("bar " + i)
            .isCloseTo(wilder(closes, i, period), within(0.01));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  @ParameterizedTest
  @CsvSource({"13,14,30,70", "14,5,25,80"})
  void rsiSpeaksWhenItComesBackFromALevel(long seed, int period, int oversold, int overbought) {
    Rsi strategy = new Rsi();
    List<Bar> bars = Samples.walk(seed, BARS);
    long[] closes = closes(bars);
    double[] rsi = new double[bars.size()];
    double gain = 0;
    double loss = 0;
    for (int i = 1; i < rsi.length; i++) {
      gain += (Math.max(0, closes[i] - closes[i - 1]) - gain) / period;
      loss += (Math.max(0, closes[i - 1] - closes[i]) - loss) / period;
      rsi[i] = gain + loss == 0 ? 50 : 100 * gain / (gain + loss);
    }
    compare(
        strategy,
        Samples.settings(
            strategy, "period", period, "oversold", oversold, "overbought", overbought),
        bars,
        i ->
            rsi[i - 1] < oversold && rsi[i] >= oversold
                ? Direction.BUY
                : rsi[i - 1] > overbought && rsi[i] <= overbought
                    ? Direction.SELL
                    : Direction.HOLD);
  }

  @ParameterizedTest
  @CsvSource({"15,20,10", "16,2,2", "17,5,30"})
  void breakoutLeavesTheChannelOfTheBarsBefore(long seed, int entry, int exit) {
    Breakout strategy = new Breakout();
    List<Bar> bars = Samples.walk(seed, BARS);
    long[] closes = closes(bars);
    compare(
        strategy,
        Samples.settings(strategy, "entry", entry, "exit", exit),
        bars,
        i ->
            closes[i] > highest(bars, i, entry) && closes[i - 1] <= highest(bars, i - 1, entry)
                ? Direction.BUY
                : closes[i] < lowest(bars, i, exit) && closes[i - 1] >= lowest(bars, i - 1, exit)
                    ? Direction.SELL
                    : Direction.HOLD);
  }

  private static long highest(List<Bar> bars, int before, int count) {
    return bars.subList(before - count, before).stream()
        .mapToLong(bar -> Samples.paise(bar.high()))
        .max()
        .orElseThrow();
  }

  private static long lowest(List<Bar> bars, int before, int count) {
    return bars.subList(before - count, before).stream()
        .mapToLong(bar -> Samples.paise(bar.low()))
        .min()
        .orElseThrow();
  }

  @Test
  void whatARunHandsOverIsEnoughForTheAnswerOfTheWholeHistory() {
    List<Bar> bars = Samples.walk(18, 900);
    for (TradingStrategy strategy :
        List.of(new Momentum(), new MeanReversion(), new Rsi(), new Breakout())) {
      Settings settings = SettingsForm.defaults(strategy);
      List<Decision> whole = said(strategy, settings, bars);
      int wanted = strategy.barsWanted(settings);
      for (int end = wanted; end <= bars.size(); end += 7) {
        List<Decision> part = said(strategy, settings, bars.subList(end - wanted, end));
        assertThat(part.get(wanted - 1).direction())
            .as(strategy.name() + " at " + end)
            .isEqualTo(whole.get(end - 1).direction());
      }
    }
  }

  @Test
  void pricesThatNeverMoveSayNothing() {
    List<Bar> still = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      still.add(Samples.daily(i, "100", "100"));
    }
    for (TradingStrategy strategy :
        List.of(new Momentum(), new MeanReversion(), new Rsi(), new Breakout())) {
      List<Decision> said = said(strategy, SettingsForm.defaults(strategy), still);
      assertThat(said.get(299)).isNotNull();
      assertThat(said)
          .filteredOn(decision -> decision != null)
          .extracting(Decision::direction)
          .containsOnly(Direction.HOLD);
    }
  }
}
