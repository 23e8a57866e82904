package io.tola.strategy.domain;

import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.ta4j.core.Indicator;
import org.ta4j.core.indicators.MMAIndicator;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.indicators.helpers.GainIndicator;
import org.ta4j.core.indicators.helpers.LossIndicator;
import org.ta4j.core.num.Num;

/**
 * Buys when the relative strength index comes back above the oversold level, sells when it comes back
 * below the overbought one.
 *
 * <p>J. Welles Wilder, New Concepts in Technical Trading Systems, 1978: RSI = 100 × G / (G + L), G and L
 * Wilder's averages (weight 1/n on the newest) of the gains and losses of the close. Begun at zero, which
 * cancels out in the quotient, instead of at the mean of the first n changes; a run hands over ten times
 * the period, where the difference is below 0.01 points, and refuses fewer than five times. When nothing
 * moved, RSI is 50. Confidence: how deep beyond the level it was at the bar before, as a share of what was
 * possible.
 */
public final class Rsi implements TradingStrategy {

  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final BigDecimal NEUTRAL = new BigDecimal("50");
  private static final int NEEDS = 5;
  private static final int WANTS = 10;

  @Override
  public String name() {
    return "rsi";
  }

  @Override
  public String title() {
    return "RSI";
  }

  @Override
  public String description() {
    return "Relative strength index: buys when it comes back from oversold, sells when it comes back from"
        + " overbought.";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.whole("period", 14, 2, 100, "Bars of Wilder's averages."),
        ParameterSpec.decimal(
            "oversold", "30", "1", "49", "Below this a share counts as oversold."),
        ParameterSpec.decimal(
            "overbought", "70", "51", "99", "Above this a share counts as overbought."));
  }

  @Override
  public int barsNeeded(Settings settings) {
    return NEEDS * settings.whole("period") + 1;
  }

  @Override
  public int barsWanted(Settings settings) {
    return WANTS * settings.whole("period") + 1;
  }

  @Override
  public Watch watch(Settings settings) {
    int period = settings.whole("period");
    return new BarWindow(
        barsNeeded(settings),
        series -> {
          ClosePriceIndicator close = new ClosePriceIndicator(series);
          Indicator<Num> gains = new MMAIndicator(new GainIndicator(close), period);
          Indicator<Num> losses = new MMAIndicator(new LossIndicator(close), period);
          return (end, seen) -> {
            seen.of("rsi", index(gains.getValue(end), losses.getValue(end)));
            seen.of("previous_rsi", index(gains.getValue(end - 1), losses.getValue(end - 1)));
          };
        });
  }

  private static BigDecimal index(Num gain, Num loss) {
    BigDecimal up = (BigDecimal) gain.getDelegate();
    BigDecimal both = up.add((BigDecimal) loss.getDelegate());
    return both.signum() == 0 ? NEUTRAL : HUNDRED.multiply(up).divide(both, MathContext.DECIMAL128);
  }

  @Override
  public Decision decide(Features features, Settings settings) {
    BigDecimal now = features.get("rsi");
    BigDecimal before = features.get("previous_rsi");
    BigDecimal oversold = settings.decimal("oversold");
    BigDecimal overbought = settings.decimal("overbought");
    String figures = " (RSI " + Shares.shown(before) + ", then " + Shares.shown(now) + ")";
    if (before.compareTo(oversold) < 0 && now.compareTo(oversold) >= 0) {
      return new Decision(
          Direction.BUY,
          Shares.of(oversold.subtract(before), oversold),
          "RSI came back above " + Shares.shown(oversold) + figures);
    }
    if (before.compareTo(overbought) > 0 && now.compareTo(overbought) <= 0) {
      return new Decision(
          Direction.SELL,
          Shares.of(before.subtract(overbought), HUNDRED.subtract(overbought)),
          "RSI came back below " + Shares.shown(overbought) + figures);
    }
    return Decision.hold("RSI did not come back from a level" + figures);
  }
}
