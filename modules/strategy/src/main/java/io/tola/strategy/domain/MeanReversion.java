package io.tola.strategy.domain;

import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.List;
import org.ta4j.core.indicators.SMAIndicator;
import org.ta4j.core.indicators.bollinger.BollingerBandsLowerIndicator;
import org.ta4j.core.indicators.bollinger.BollingerBandsMiddleIndicator;
import org.ta4j.core.indicators.bollinger.BollingerBandsUpperIndicator;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.indicators.statistics.StandardDeviationIndicator;
import org.ta4j.core.num.DecimalNum;

/**
 * Buys when the close falls out of the lower Bollinger band, sells when it rises out of the upper one: at
 * the bar before, the close was not outside.
 *
 * <p>Bands: mean of the last n closes, plus and minus {@code width} standard deviations of the same
 * closes; the deviation is the population's (divided by n), as John Bollinger defines his bands.
 * Confidence: how far outside the close is, in standard deviations, at most 1.
 */
public final class MeanReversion implements TradingStrategy {

  @Override
  public String name() {
    return "mean_reversion";
  }

  @Override
  public String title() {
    return "Mean reversion";
  }

  @Override
  public String description() {
    return "Bollinger bands: buys when the close falls out of the lower band, sells when it rises out of"
        + " the upper one.";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.whole("period", 20, 2, 250, "Bars of the mean and the deviation."),
        ParameterSpec.decimal(
            "width", "2", "0.1", "10", "Standard deviations from the mean to each band."));
  }

  @Override
  public int barsNeeded(Settings settings) {
    return settings.whole("period") + 1;
  }

  @Override
  public Watch watch(Settings settings) {
    int period = settings.whole("period");
    return new BarWindow(
        barsNeeded(settings),
        series -> {
          ClosePriceIndicator close = new ClosePriceIndicator(series);
          var middle = new BollingerBandsMiddleIndicator(new SMAIndicator(close, period));
          var deviation = new StandardDeviationIndicator(close, period);
          var width = DecimalNum.valueOf(settings.decimal("width"));
          var upper = new BollingerBandsUpperIndicator(middle, deviation, width);
          var lower = new BollingerBandsLowerIndicator(middle, deviation, width);
          return (end, seen) -> {
            seen.of("close", close, end);
            seen.of("middle", middle, end);
            seen.of("upper", upper, end);
            seen.of("lower", lower, end);
            seen.of("deviation", deviation, end);
            seen.of("previous_close", close, end - 1);
            seen.of("previous_upper", upper, end - 1);
            seen.of("previous_lower", lower, end - 1);
          };
        });
  }

  @Override
  public Decision decide(Features features, Settings settings) {
    BigDecimal close = features.get("close");
    BigDecimal lower = features.get("lower");
    BigDecimal upper = features.get("upper");
    BigDecimal before = features.get("previous_close");
    BigDecimal deviation = features.get("deviation");
    String figures =
        " (close "
            + Shares.shown(close)
            + ", bands "
            + Shares.shown(lower)
            + " and "
            + Shares.shown(upper)
            + ")";
    if (close.compareTo(lower) < 0 && before.compareTo(features.get("previous_lower")) >= 0) {
      return new Decision(
          Direction.BUY,
          Shares.of(lower.subtract(close), deviation),
          "The close fell out of the lower band" + figures);
    }
    if (close.compareTo(upper) > 0 && before.compareTo(features.get("previous_upper")) <= 0) {
      return new Decision(
          Direction.SELL,
          Shares.of(close.subtract(upper), deviation),
          "The close rose out of the upper band" + figures);
    }
    return Decision.hold("The close did not leave the bands" + figures);
  }
}
