package io.tola.market.store;

import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.domain.MarketTime;
import io.tola.market.domain.Units;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The naive way to bars: all ticks of a symbol, each once, sorted, gone through from the start. */
final class NaiveBars {

  record Tick(long micros, long sequence, long dayVolume, long price, long quantity)
      implements Comparable<Tick> {

    private static final Comparator<Tick> ORDER =
        Comparator.comparingLong(Tick::micros)
            .thenComparingLong(Tick::sequence)
            .thenComparingLong(Tick::dayVolume)
            .thenComparingLong(Tick::price)
            .thenComparingLong(Tick::quantity);

    Instant at() {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public int compareTo(Tick other) {
      return ORDER.compare(this, other);
    }
  }

  private NaiveBars() {}

  static List<Bar> of(Symbol symbol, Interval interval, Collection<Tick> ticks) {
    Map<Instant, List<Tick>> buckets = new TreeMap<>();
    for (Tick tick : new TreeSet<>(ticks)) {
      buckets.computeIfAbsent(start(interval, tick.at()), any -> new ArrayList<>()).add(tick);
    }
    List<Bar> bars = new ArrayList<>();
    Instant day = null;
    long before = 0;
    for (var bucket : buckets.entrySet()) {
      Instant thisDay = MarketTime.startOf(MarketTime.dateOf(bucket.getKey()));
      if (!thisDay.equals(day)) {
        day = thisDay;
        before = 0;
      }
      List<Tick> in = bucket.getValue();
      long highest = in.stream().mapToLong(Tick::dayVolume).max().orElseThrow();
      long volume = in.stream().mapToLong(Tick::quantity).sum() + Math.max(0, highest - before);
      before = Math.max(before, highest);
      bars.add(
          new Bar(
              symbol,
              interval,
              bucket.getKey(),
              Units.price(in.get(0).price()),
              Units.price(in.stream().mapToLong(Tick::price).max().orElseThrow()),
              Units.price(in.stream().mapToLong(Tick::price).min().orElseThrow()),
              Units.price(in.get(in.size() - 1).price()),
              volume));
    }
    return bars;
  }

  private static Instant start(Interval interval, Instant at) {
    if (interval == Interval.ONE_DAY) {
      return MarketTime.startOf(MarketTime.dateOf(at));
    }
    long seconds = interval.length().toSeconds();
    // Hours begin at a quarter past in India: a quarter to in UTC.
    return Instant.ofEpochSecond(
        Math.floorDiv(at.getEpochSecond() - 2_700, seconds) * seconds + 2_700);
  }
}
