package io.tola.strategy.domain;

import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.List;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.indicators.helpers.HighPriceIndicator;
import org.ta4j.core.indicators.helpers.HighestValueIndicator;
import org.ta4j.core.indicators.helpers.LowPriceIndicator;
import org.ta4j.core.indicators.helpers.LowestValueIndicator;

/**
 * Buys when the close rises above the highest high of the bars before it, sells when it falls below the
 * lowest low (Richard Donchian's channel, with the shorter exit of the turtle rules).
 *
 * <p>The bar itself is not part of its channel. Only the first close outside counts: the bar before had
 * closed inside its own channel. Confidence: how far outside the close is, as a share of the channel's
 * height, at most 1.
 */
public final class Breakout implements TradingStrategy {

  @Override
  public String name() {
    return "breakout";
  }

  @Override
  public String title() {
    return "Breakout";
  }

  @Override
  public String description() {
    return "Donchian channel: buys when the close rises above the highest high of the last bars, sells"
        + " when it falls below the lowest low.";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.whole("entry", 20, 2, 250, "Bars whose highest high must be passed to buy."),
        ParameterSpec.whole("exit", 10, 2, 250, "Bars whose lowest low must be passed to sell."));
  }

  @Override
  public int barsNeeded(Settings settings) {
    return Math.max(settings.whole("entry"), settings.whole("exit")) + 2;
  }

  @Override
  public Watch watch(Settings settings) {
    return new BarWindow(
        barsNeeded(settings),
        series -> {
          var close = new ClosePriceIndicator(series);
          var high =
              new HighestValueIndicator(new HighPriceIndicator(series), settings.whole("entry"));
          var low = new LowestValueIndicator(new LowPriceIndicator(series), settings.whole("exit"));
          return (end, seen) -> {
            seen.of("close", close, end);
            seen.of("highest", high, end - 1);
            seen.of("lowest", low, end - 1);
            seen.of("previous_close", close, end - 1);
            seen.of("previous_highest", high, end - 2);
            seen.of("previous_lowest", low, end - 2);
          };
        });
  }

  @Override
  public Decision decide(Features features, Settings settings) {
    BigDecimal close = features.get("close");
    BigDecimal highest = features.get("highest");
    BigDecimal lowest = features.get("lowest");
    BigDecimal before = features.get("previous_close");
    BigDecimal height = highest.subtract(lowest).max(BigDecimal.ZERO);
    String figures =
        " (close "
            + Shares.shown(close)
            + ", channel "
            + Shares.shown(lowest)
            + " to "
            + Shares.shown(highest)
            + ")";
    if (close.compareTo(highest) > 0 && before.compareTo(features.get("previous_highest")) <= 0) {
      return new Decision(
          Direction.BUY,
          Shares.of(close.subtract(highest), height),
          "The close broke out above" + figures);
    }
    if (close.compareTo(lowest) < 0 && before.compareTo(features.get("previous_lowest")) >= 0) {
      return new Decision(
          Direction.SELL,
          Shares.of(lowest.subtract(close), height),
          "The close broke out below" + figures);
    }
    return Decision.hold("The close did not leave the channel" + figures);
  }
}
