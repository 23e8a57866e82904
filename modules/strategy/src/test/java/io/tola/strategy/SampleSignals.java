package io.tola.strategy;

import io.tola.kernel.Ids;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/** Signals that tests share. */
public final class SampleSignals {

  private static final Instant AT = Instant.parse("2026-11-20T10:00:00.123456Z");

  private SampleSignals() {}

  /** A signal of the n-th day. */
  public static Signal signal(String strategy, Symbol symbol, int day, Direction direction) {
    return signal(strategy, symbol, day, direction, 0);
  }

  public static Signal signal(
      String strategy, Symbol symbol, int day, Direction direction, long version) {
    return new Signal(
        Ids.next(),
        strategy,
        symbol,
        Interval.ONE_DAY,
        Samples.FIRST_DAY.plus(Interval.ONE_DAY.length().multipliedBy(day)),
        version,
        direction,
        new BigDecimal("0.250000"),
        Price.of("101.05"),
        "Because\tof \\ a line\nbreak; and = signs",
        Map.of("close", new BigDecimal("101.05"), "rsi", new BigDecimal("29.123456")),
        Signal.Source.ON_DEMAND,
        "trader1",
        AT);
  }
}
