package io.tola.strategy.application;

import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Lets a strategy look at the last bars of a symbol and notes what it says. Stateless. */
final class Analyst {

  private static final int FEATURE_DECIMALS = 6;

  private final BarReader bars;

  Analyst(BarReader bars) {
    this.bars = bars;
  }

  /**
   * What the strategy says at the close of the last bar that had ended.
   *
   * @throws ProblemException NOT_ENOUGH_HISTORY
   */
  Signal look(
      StrategyCatalogue.Ready ready,
      Symbol symbol,
      Interval interval,
      Instant asOf,
      Signal.Source source,
      String user,
      Instant now) {
    TradingStrategy strategy = ready.strategy();
    int needed = strategy.barsNeeded(ready.settings());
    List<Bar> history =
        bars.last(symbol, interval, Math.max(needed, strategy.barsWanted(ready.settings())), asOf);
    TradingStrategy.Watch watch = strategy.watch(ready.settings());
    Optional<Features> seen = Optional.empty();
    for (Bar bar : history) {
      seen = watch.next(bar);
    }
    if (seen.isEmpty()) {
      throw notEnough(strategy.name(), symbol, interval, needed, history.size());
    }
    Bar last = history.get(history.size() - 1);
    Decision decision = strategy.decide(seen.get(), ready.settings());
    return new Signal(
        Ids.next(),
        strategy.name(),
        symbol,
        interval,
        last.start(),
        ready.view().version(),
        decision.direction(),
        decision.confidence(),
        last.close(),
        decision.reason(),
        rounded(seen.get()),
        source,
        user,
        now);
  }

  static ProblemException notEnough(
      String strategy, Symbol symbol, Interval interval, int needed, int there) {
    return new ProblemException(
        ProblemCode.NOT_ENOUGH_HISTORY,
        strategy
            + " needs "
            + needed
            + " bars of "
            + interval.code()
            + ", and there are "
            + there
            + " of "
            + symbol
            + ".");
  }

  private static Map<String, BigDecimal> rounded(Features features) {
    Map<String, BigDecimal> rounded = new TreeMap<>();
    features
        .values()
        .forEach(
            (name, value) -> {
              BigDecimal plain =
                  value.setScale(FEATURE_DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
              rounded.put(name, plain.scale() < 0 ? plain.setScale(0) : plain);
            });
    return rounded;
  }
}
