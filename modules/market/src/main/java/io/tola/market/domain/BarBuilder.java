package io.tola.market.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.api.Quote;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers quotes into one-minute bars, and into the daily bar when a day ends. A minute in which a
 * symbol didn't tick has no bar. Not thread-safe.
 */
public final class BarBuilder {

  private final Map<Symbol, Minute> minutes = new HashMap<>();
  private final boolean fromNothing;
  private final boolean daysOnly;
  private List<Bar> finished = new ArrayList<>();

  /** For quotes of a market that was under way: what the first one's volume holds isn't known. */
  public BarBuilder() {
    this(false, false);
  }

  /**
   * @param fromNothing whether each symbol's first quote comes with its day's first shares, all of
   *     which then belong to its minute
   * @param daysOnly whether the minutes mean nothing and are left out
   */
  public BarBuilder(boolean fromNothing, boolean daysOnly) {
    this.fromNothing = fromNothing;
    this.daysOnly = daysOnly;
  }

  /** Takes one round of quotes, in the market's time order. */
  public void take(Collection<Quote> round) {
    for (Quote quote : round) {
      Instant start = quote.timestamp().truncatedTo(ChronoUnit.MINUTES);
      Minute minute = minutes.get(quote.symbol());
      if (minute != null && !minute.start.equals(start)) {
        finish(minute);
      }
      if (minute == null) {
        long before = fromNothing ? 0 : quote.volume();
        minutes.put(quote.symbol(), new Minute(start, quote, before));
      } else if (!minute.start.equals(start)) {
        boolean newDay = !dateOf(minute).equals(MarketTime.dateOf(start));
        if (newDay) {
          finished.add(daily(minute.last));
        }
        minutes.put(quote.symbol(), new Minute(start, quote, newDay ? 0 : minute.last.volume()));
      } else {
        minute.take(quote);
      }
    }
  }

  /** Hands over the bars that were finished since the last call. */
  public List<Bar> drain() {
    List<Bar> drained = finished;
    finished = new ArrayList<>();
    return drained;
  }

  /** Finishes all open minutes and their days: the feed has ended. */
  public List<Bar> close() {
    for (Minute minute : minutes.values()) {
      finish(minute);
      finished.add(daily(minute.last));
    }
    minutes.clear();
    return drain();
  }

  private void finish(Minute minute) {
    if (!daysOnly) {
      finished.add(minute.bar());
    }
  }

  private static LocalDate dateOf(Minute minute) {
    return MarketTime.dateOf(minute.start);
  }

  private static Bar daily(Quote last) {
    return new Bar(
        last.symbol(),
        Interval.ONE_DAY,
        MarketTime.startOf(MarketTime.dateOf(last.timestamp())),
        last.open(),
        last.high(),
        last.low(),
        last.last(),
        last.volume());
  }

  private static final class Minute {
    private final Instant start;
    private final Price open;
    private final long volumeBefore;
    private Price high;
    private Price low;
    private Quote last;

    private Minute(Instant start, Quote quote, long volumeBefore) {
      this.start = start;
      this.open = quote.last();
      this.high = quote.last();
      this.low = quote.last();
      this.last = quote;
      this.volumeBefore = volumeBefore;
    }

    private void take(Quote quote) {
      high = quote.last().isAbove(high) ? quote.last() : high;
      low = quote.last().isBelow(low) ? quote.last() : low;
      last = quote;
    }

    private Bar bar() {
      return new Bar(
          last.symbol(),
          Interval.ONE_MINUTE,
          start,
          open,
          high,
          low,
          last.last(),
          Math.max(0, last.volume() - volumeBefore));
    }
  }
}
