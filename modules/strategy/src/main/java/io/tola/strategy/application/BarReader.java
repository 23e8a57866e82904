package io.tola.strategy.application;

import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Reads stored bars in the portions that strategies need, page by page. Stateless. */
final class BarReader {

  private static final int PAGE = 5_000;

  /**
   * A session is a quarter of the day and most weeks have two days off, so bars are this much rarer than
   * time at the least; beyond it there is a gap in the data.
   */
  private static final int SPARSEST = 40;

  private static final Duration GAP = Duration.ofDays(30);

  private final MarketData market;

  BarReader(MarketData market) {
    this.market = market;
  }

  /**
   * The last bars that had ended by a moment, oldest first.
   *
   * @param count how many at most
   */
  List<Bar> last(Symbol symbol, Interval interval, int count, Instant asOf) {
    return before(symbol, interval, count, endOfStarts(interval, asOf));
  }

  /**
   * The last bars that start before a moment, oldest first.
   *
   * @param count how many at most
   */
  List<Bar> before(Symbol symbol, Interval interval, int count, Instant end) {
    Duration widest = interval.length().multipliedBy((long) count * SPARSEST).plus(GAP);
    Duration span = interval.length().multipliedBy(2L * count);
    while (true) {
      Deque<Bar> last = new ArrayDeque<>(count);
      each(
          symbol,
          interval,
          end.minus(span),
          end,
          bar -> {
            if (last.size() == count) {
              last.removeFirst();
            }
            last.addLast(bar);
          });
      if (last.size() == count || span.compareTo(widest) >= 0) {
        return new ArrayList<>(last);
      }
      Duration wider = span.multipliedBy(4);
      span = wider.compareTo(widest) < 0 ? wider : widest;
    }
  }

  /**
   * The bars of a range that had ended by a moment, oldest first.
   *
   * @throws ProblemException TOO_MANY_BARS beyond {@code most}
   */
  List<Bar> range(
      Symbol symbol, Interval interval, Instant from, Instant to, Instant asOf, int most) {
    Instant ended = endOfStarts(interval, asOf);
    Instant end = to.isBefore(ended) ? to : ended;
    List<Bar> bars = new ArrayList<>();
    each(
        symbol,
        interval,
        from,
        end,
        bar -> {
          if (bars.size() == most) {
            throw tooMany(most);
          }
          bars.add(bar);
        });
    return bars;
  }

  static ProblemException tooMany(int most) {
    return new ProblemException(
        ProblemCode.TOO_MANY_BARS,
        "The range holds more than " + most + " bars; take a shorter one or a longer interval.");
  }

  /** A bar has ended when its interval is over: the first start that is too late. */
  private static Instant endOfStarts(Interval interval, Instant asOf) {
    return asOf.minus(interval.length()).plusNanos(1_000);
  }

  /**
   * In windows that hold a page at most: bars of an interval that isn't stored are made by the database
   * from the minutes, and one question over years would take it too long.
   */
  private void each(
      Symbol symbol, Interval interval, Instant from, Instant to, Consumer<Bar> consumer) {
    Duration window = interval.length().multipliedBy(PAGE);
    for (Instant start = from; start.isBefore(to); ) {
      Instant end = start.plus(window).isBefore(to) ? start.plus(window) : to;
      String cursor = null;
      do {
        Page<Bar> page = market.history(symbol, interval, start, end, PAGE, cursor);
        page.items().forEach(consumer);
        cursor = page.nextCursor();
      } while (cursor != null);
      start = end;
    }
  }
}
