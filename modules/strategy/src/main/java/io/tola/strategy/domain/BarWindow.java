package io.tola.strategy.domain;

import io.tola.market.api.Bar;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.TradingStrategy.Watch;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ta4j.core.BarSeries;
import org.ta4j.core.BaseBarSeriesBuilder;
import org.ta4j.core.Indicator;
import org.ta4j.core.num.DecimalNum;
import org.ta4j.core.num.Num;

/**
 * A watch over a ta4j series that grows bar by bar. Indicators are made once, over the empty series, and
 * read at its end only. Used by one thread.
 */
final class BarWindow implements Watch {

  /** Names what is seen at the newest bar. */
  interface Eyes {
    void look(int end, Seen seen);
  }

  /** Makes the indicators over a series and the eyes that read them. */
  interface Maker {
    Eyes over(BarSeries series);
  }

  /** Collects features by name. */
  static final class Seen {
    private final Map<String, BigDecimal> values = new LinkedHashMap<>();
    private boolean complete = true;

    /** What an indicator says at an index; what is not a number makes the bar unseen. */
    void of(String name, Indicator<Num> indicator, int index) {
      Num value = indicator.getValue(index);
      if (value.isNaN()) {
        complete = false;
      } else {
        of(name, (BigDecimal) value.getDelegate());
      }
    }

    void of(String name, BigDecimal value) {
      values.put(name, value);
    }
  }

  private final BarSeries series =
      new BaseBarSeriesBuilder().withNumTypeOf(DecimalNum.class).build();
  private final Eyes eyes;
  private final int needed;

  /**
   * @param needed bars before the first features
   */
  BarWindow(int needed, Maker maker) {
    this.needed = needed;
    this.eyes = maker.over(series);
  }

  @Override
  public Optional<Features> next(Bar bar) {
    series.addBar(
        bar.interval().length(),
        bar.start().plus(bar.interval().length()).atZone(ZoneOffset.UTC),
        bar.open().value(),
        bar.high().value(),
        bar.low().value(),
        bar.close().value(),
        bar.volume());
    if (series.getBarCount() < needed) {
      return Optional.empty();
    }
    Seen seen = new Seen();
    eyes.look(series.getEndIndex(), seen);
    return seen.complete ? Optional.of(new Features(seen.values)) : Optional.empty();
  }
}
