package io.tola.performance.domain;

import java.util.ArrayDeque;
import org.HdrHistogram.Histogram;

/** A distribution over the last {@value #HOURS} hours, by hours. Thread-safe; some kilobytes each. */
public final class HourlyHistogram {

  static final int HOURS = 24;
  private static final int DIGITS = 2;
  private static final long HIGHEST = 3_600_000_000L;

  private record Hour(long index, Histogram values) {}

  private final ArrayDeque<Hour> hours = new ArrayDeque<>();

  /**
   * @param hour a number that grows by one an hour
   */
  public synchronized void add(long hour, long value, long times) {
    if (hours.isEmpty() || hours.peekLast().index() < hour) {
      hours.addLast(new Hour(hour, new Histogram(DIGITS)));
    }
    drop(hour);
    hours.peekLast().values().recordValueWithCount(Math.max(0, Math.min(HIGHEST, value)), times);
  }

  /** All of them. */
  public synchronized Histogram sum(long hour) {
    drop(hour);
    Histogram sum = new Histogram(DIGITS);
    hours.forEach(h -> sum.add(h.values()));
    return sum;
  }

  private void drop(long hour) {
    while (!hours.isEmpty() && hours.peekFirst().index() <= hour - HOURS) {
      hours.removeFirst();
    }
  }
}
