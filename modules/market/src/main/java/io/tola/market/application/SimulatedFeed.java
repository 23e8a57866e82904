package io.tola.market.application;

import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.SessionSchedule;
import io.tola.market.domain.SimulatedMarket;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Steps the simulated market at its rate while the session is open. */
final class SimulatedFeed implements Feed {

  private static final long CLOSED_PAUSE_NANOS = 100_000_000;
  private static final long CATCH_UP_NANOS = 1_000_000_000;

  private final SimulatedMarket market;
  private final Supplier<SessionSchedule> schedule;
  private final Clock clock;
  private final long periodNanos;
  private final long seed;
  private final double rate;
  private boolean started;
  private boolean hasQuotes;
  private long dueNanos;
  private volatile double lagSeconds;

  /**
   * @param hasQuotes whether quotes exist already; without any, one step is made even while closed
   */
  SimulatedFeed(
      SimulatedMarket market,
      Supplier<SessionSchedule> schedule,
      Clock clock,
      long seed,
      double rate,
      boolean hasQuotes) {
    this.market = market;
    this.schedule = schedule;
    this.clock = clock;
    this.seed = seed;
    this.rate = rate;
    this.periodNanos = Math.max(1, Math.round(1e9 / rate));
    this.hasQuotes = hasQuotes;
  }

  @Override
  public long play(long nanoTime, Consumer<Collection<Quote>> round) {
    if (!started) {
      started = true;
      dueNanos = nanoTime;
    }
    if (nanoTime - dueNanos > CATCH_UP_NANOS) {
      // The process stood still; a market doesn't repeat what was missed.
      lagSeconds = (nanoTime - dueNanos) / 1e9;
      dueNanos = nanoTime;
    }
    Instant now = clock.instant();
    if (hasQuotes && !schedule.get().phaseAt(now).continuous()) {
      dueNanos = nanoTime;
      lagSeconds = 0;
      return CLOSED_PAUSE_NANOS;
    }
    while (nanoTime - dueNanos >= 0) {
      round.accept(market.step(now));
      hasQuotes = true;
      lagSeconds = Math.max(0, nanoTime - dueNanos - periodNanos) / 1e9;
      dueNanos += periodNanos;
      now = clock.instant();
    }
    return dueNanos - nanoTime;
  }

  @Override
  public SessionPhase phase() {
    return schedule.get().phaseAt(clock.instant());
  }

  @Override
  public boolean hasEnded() {
    return false;
  }

  @Override
  public Instant position() {
    return null;
  }

  @Override
  public double lagSeconds() {
    return lagSeconds;
  }

  @Override
  public Map<String, Object> figures() {
    return Map.of("seed", seed, "rate_per_symbol", rate, "steps", market.step());
  }

  @Override
  public void close() {}
}
