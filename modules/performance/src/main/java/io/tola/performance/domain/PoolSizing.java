package io.tola.performance.domain;

import io.tola.performance.api.PoolSize;
import io.tola.performance.api.PoolTimes;
import io.tola.performance.api.PoolTimes.Bucket;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How large a pool should be. Little's law (L = λW: J. D. C. Little, Operations Research 9(3), 1961)
 * says how many connections are lent at once. Where borrowers don't know of each other the number is
 * Poisson distributed, however long each holds (the M/G/∞ queue); the size is the smallest of which one
 * is free in 99 % of the moments. What the processors have to give is PostgreSQL's own rule of thumb
 * (wiki.postgresql.org/wiki/Number_Of_Database_Connections).
 */
public final class PoolSizing {

  private static final double FREE = 0.99;

  /** From here on the distribution is the normal one, as exactly as anybody could wish. */
  private static final double MANY = 400;

  private static final double Z = 2.33;
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
  private static final long[] BUCKETS_MS = {1, 5, 10, 50, 100, 500, 1_000, 5_000, 30_000};

  private PoolSizing() {}

  /**
   * What is known of a pool.
   *
   * @param borrowsPerSecond p95 of the seconds with any; 0 when there were none
   * @param heldMeanMs null when none came back yet
   * @param databaseAllows null when unknown
   * @param processors of this machine when the database runs on it; null elsewhere
   */
  public record Demand(
      int current,
      long borrowsPerSecond,
      BigDecimal heldMeanMs,
      BigDecimal busySeen,
      Integer databaseAllows,
      Integer processors) {}

  /** The size, with its arithmetic. */
  public static PoolSize of(Demand d) {
    Integer processorsAllow = d.processors() == null ? null : d.processors() * 2 + 1;
    if (d.borrowsPerSecond() == 0 || d.heldMeanMs() == null) {
      return new PoolSize(
          d.current(),
          BigDecimal.valueOf(d.borrowsPerSecond()),
          d.heldMeanMs(),
          null,
          null,
          null,
          null,
          d.databaseAllows(),
          processorsAllow,
          null,
          "unknown",
          "nothing was borrowed in the last 24 hours");
    }
    BigDecimal rate = BigDecimal.valueOf(d.borrowsPerSecond());
    BigDecimal busy = rate.multiply(d.heldMeanMs()).divide(THOUSAND, 3, RoundingMode.HALF_EVEN);
    int wanted = enough(busy.doubleValue());
    BigDecimal headroom = BigDecimal.valueOf(wanted).subtract(busy);
    int recommended =
        d.databaseAllows() == null ? wanted : Math.max(1, Math.min(wanted, d.databaseAllows()));
    String verdict;
    if (wanted <= d.current()) {
      verdict = "enough";
    } else if (recommended <= d.current()
        || processorsAllow != null && d.current() >= processorsAllow) {
      verdict = "shorten";
    } else {
      verdict = "larger";
    }
    String arithmetic =
        rate
            + " borrows/s x "
            + d.heldMeanMs()
            + " ms = "
            + busy
            + " lent at once on average; "
            + wanted
            + " leave one free in 99 % of the moments"
            + (d.databaseAllows() == null ? "" : "; the database allows " + d.databaseAllows())
            + (processorsAllow == null
                ? ""
                : "; "
                    + d.processors()
                    + " processors keep 2 x "
                    + d.processors()
                    + " + 1 = "
                    + processorsAllow
                    + " busy");
    return new PoolSize(
        d.current(),
        rate,
        d.heldMeanMs(),
        busy,
        d.busySeen(),
        headroom,
        wanted,
        d.databaseAllows(),
        processorsAllow,
        recommended,
        verdict,
        arithmetic);
  }

  /** The smallest n that a Poisson distributed number stays below with a probability of 0.99. */
  static int enough(double mean) {
    if (mean > MANY) {
      return (int) Math.ceil(mean + Z * Math.sqrt(mean)) + 1;
    }
    double term = Math.exp(-mean);
    double below = term;
    int n = 1;
    while (below < FREE) {
      term *= mean / n;
      below += term;
      n++;
    }
    return n;
  }

  /** A distribution of microseconds as it is shown. */
  public static PoolTimes times(Histogram micros) {
    long count = micros.getTotalCount();
    List<Bucket> buckets = new ArrayList<>();
    long before = 0;
    for (long upTo : BUCKETS_MS) {
      long until = upToAtMost(micros, upTo * 1_000);
      buckets.add(new Bucket(BigDecimal.valueOf(upTo), until - before));
      before = until;
    }
    buckets.add(new Bucket(null, count - before));
    return new PoolTimes(
        count,
        count == 0 ? null : millis(micros.getValueAtPercentile(50)),
        count == 0 ? null : millis(micros.getValueAtPercentile(95)),
        count == 0 ? null : millis(micros.getValueAtPercentile(99)),
        count == 0 ? null : millis(micros.getMaxValue()),
        buckets);
  }

  private static long upToAtMost(Histogram micros, long value) {
    return micros.getTotalCount() == 0 ? 0 : micros.getCountBetweenValues(0, value);
  }

  private static BigDecimal millis(long micros) {
    return BigDecimal.valueOf(micros, 3);
  }
}
