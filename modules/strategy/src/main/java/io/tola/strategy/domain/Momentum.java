package io.tola.strategy.domain;

import io.tola.kernel.problem.FieldError;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.List;
import org.ta4j.core.Indicator;
import org.ta4j.core.indicators.EMAIndicator;
import org.ta4j.core.indicators.SMAIndicator;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.num.Num;

/**
 * Buys when the fast moving average of the close crosses the slow one from below, sells when it crosses
 * from above. A cross: at the bar before, fast was not above (not below) slow, and now it is.
 *
 * <p>SMA: mean of the last n closes. EMA: weight 2 / (n + 1) on the newest close, begun at the first
 * close handed over; a run hands over five times the slow period, where the beginning has a weight below
 * 0.01 %, and refuses fewer than three times. Confidence: distance of the averages as a percentage of the
 * slow one, by {@code full_confidence_pct}, at most 1.
 */
public final class Momentum implements TradingStrategy {

  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final String SMA = "SMA";
  private static final int EMA_NEEDS = 3;
  private static final int EMA_WANTS = 5;

  @Override
  public String name() {
    return "momentum";
  }

  @Override
  public String title() {
    return "Momentum";
  }

  @Override
  public String description() {
    return "Moving-average cross: buys when the fast average rises above the slow one, sells when it"
        + " falls below.";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.choice(
            "average", List.of(SMA, "EMA"), "Simple or exponential moving averages."),
        ParameterSpec.whole("fast", 20, 2, 249, "Bars of the fast average; fewer than slow."),
        ParameterSpec.whole("slow", 50, 3, 250, "Bars of the slow average."),
        ParameterSpec.decimal(
            "full_confidence_pct",
            "1",
            "0.01",
            "100",
            "Distance of the averages, in per cent of the slow one, at which confidence is 1."));
  }

  @Override
  public List<FieldError> conflicts(Settings settings) {
    return settings.whole("fast") < settings.whole("slow")
        ? List.of()
        : List.of(new FieldError("fast", "must be less than slow"));
  }

  @Override
  public int barsNeeded(Settings settings) {
    int slow = settings.whole("slow");
    return (simple(settings) ? slow : EMA_NEEDS * slow) + 1;
  }

  @Override
  public int barsWanted(Settings settings) {
    int slow = settings.whole("slow");
    return (simple(settings) ? slow : EMA_WANTS * slow) + 1;
  }

  private static boolean simple(Settings settings) {
    return settings.choice("average").equals(SMA);
  }

  @Override
  public Watch watch(Settings settings) {
    return new BarWindow(
        barsNeeded(settings),
        series -> {
          ClosePriceIndicator close = new ClosePriceIndicator(series);
          Indicator<Num> fast = average(close, settings, "fast");
          Indicator<Num> slow = average(close, settings, "slow");
          return (end, seen) -> {
            seen.of("fast", fast, end);
            seen.of("slow", slow, end);
            seen.of("previous_fast", fast, end - 1);
            seen.of("previous_slow", slow, end - 1);
          };
        });
  }

  private static Indicator<Num> average(
      ClosePriceIndicator close, Settings settings, String parameter) {
    int bars = settings.whole(parameter);
    return simple(settings) ? new SMAIndicator(close, bars) : new EMAIndicator(close, bars);
  }

  @Override
  public Decision decide(Features features, Settings settings) {
    BigDecimal fast = features.get("fast");
    BigDecimal slow = features.get("slow");
    int before = features.get("previous_fast").compareTo(features.get("previous_slow"));
    int now = fast.compareTo(slow);
    String figures = " (fast " + Shares.shown(fast) + ", slow " + Shares.shown(slow) + ")";
    if (now > 0 && before <= 0) {
      return new Decision(
          Direction.BUY,
          confidence(fast, slow, settings),
          "The fast average crossed above the slow one" + figures);
    }
    if (now < 0 && before >= 0) {
      return new Decision(
          Direction.SELL,
          confidence(fast, slow, settings),
          "The fast average crossed below the slow one" + figures);
    }
    return Decision.hold("The averages did not cross" + figures);
  }

  private static BigDecimal confidence(BigDecimal fast, BigDecimal slow, Settings settings) {
    BigDecimal pct = Shares.of(fast.subtract(slow).abs().multiply(HUNDRED), slow);
    return Shares.of(pct, settings.decimal("full_confidence_pct"));
  }
}
