package io.tola.jmeter.gate;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * Tests by ranks, which ask nothing of the shape of the noise, and the shifts that belong to them (J. Hodges, E. Lehmann,
 * "Estimates of Location Based on Rank Tests", 1963). P-values are exact for small samples without ties, else the normal
 * approximation's. Thread-safe; no state but remembered tables.
 */
public final class Statistics {

  /** Beyond so many the normal approximation is as good, and the tables grow with the cube and leave the range of a double. */
  private static final int EXACT = 200;

  private static final Map<Long, Integer> CRITICAL = new ConcurrentHashMap<>();

  private Statistics() {}

  /**
   * A shift with its confidence interval; infinite ends where the sample is too small for the level.
   *
   * @param level of the interval, such as 0.95
   */
  public record Shift(double estimate, double low, double high, double level) {}

  /**
   * Wilcoxon's signed-rank test of paired differences. When the order within each pair was drawn by lot, the signs are as good as
   * thrown coins under "no difference", whatever drift, memory and outliers the noise has: the test is then exact.
   *
   * @return how probable differences so far above 0 are when there is none
   */
  public static double signedRank(double[] differences) {
    double[] moved = Arrays.stream(differences).filter(d -> d != 0).toArray();
    if (moved.length == 0) {
      return 1;
    }
    return WilcoxonSignedRankTest.withDefaults()
        .with(AlternativeHypothesis.GREATER_THAN)
        .with(moved.length <= EXACT ? PValueMethod.EXACT : PValueMethod.ASYMPTOTIC)
        .test(moved)
        .getPValue();
  }

  /**
   * Mann and Whitney's test of two independent samples.
   *
   * @return how probable a {@code candidate} so far above {@code base} is when both are of one kind
   */
  public static double mannWhitney(double[] base, double[] candidate) {
    return MannWhitneyUTest.withDefaults()
        .with(AlternativeHypothesis.GREATER_THAN)
        .with(PValueMethod.AUTO)
        .test(candidate, base)
        .getPValue();
  }

  /** Median of all means of two of the differences, one with itself included. */
  public static Shift pairedShift(double[] differences, double level) {
    int n = differences.length;
    double[] walsh = new double[n * (n + 1) / 2];
    int k = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        walsh[k++] = (differences[i] + differences[j]) / 2;
      }
    }
    Arrays.sort(walsh);
    int cut =
        CRITICAL.computeIfAbsent(key(n, 0, level), key -> signedRankCritical(n, (1 - level) / 2));
    return between(walsh, cut, level);
  }

  /** Median of all differences between one of the candidate's and one of the base's. */
  public static Shift shift(double[] base, double[] candidate, double level) {
    double[] all = new double[base.length * candidate.length];
    int k = 0;
    for (double b : base) {
      for (double c : candidate) {
        all[k++] = c - b;
      }
    }
    Arrays.sort(all);
    int cut =
        CRITICAL.computeIfAbsent(
            key(base.length, candidate.length, level),
            key -> mannWhitneyCritical(base.length, candidate.length, (1 - level) / 2));
    return between(all, cut, level);
  }

  private static Shift between(double[] sorted, int cut, double level) {
    return new Shift(
        medianOfSorted(sorted),
        cut < 0 ? Double.NEGATIVE_INFINITY : sorted[cut],
        cut < 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length - 1 - cut],
        level);
  }

  private static long key(int m, int n, double level) {
    return (m * 100_000L + n) * 10_000L + Math.round(level * 1000);
  }

  static int signedRankCritical(int n, double tail) {
    return n <= EXACT
        ? critical(signedRankCounts(n), tail)
        : critical(n * (n + 1.0) / 4, n * (n + 1.0) * (2.0 * n + 1) / 24, tail);
  }

  static int mannWhitneyCritical(int m, int n, double tail) {
    return m + n <= EXACT
        ? critical(mannWhitneyCounts(m, n), tail)
        : critical((double) m * n / 2, (double) m * n * (m + n + 1.0) / 12, tail);
  }

  /** The normal approximation's, with the correction for continuity. */
  static int critical(double mean, double variance, double tail) {
    double below = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(tail);
    return (int) Math.max(-1, Math.floor(mean + below * Math.sqrt(variance) - 0.5));
  }

  /** The largest statistic whose lower tail is at most {@code tail}; -1 when that of 0 is more already. */
  private static int critical(double[] counts, double tail) {
    double all = Arrays.stream(counts).sum();
    double below = 0;
    int k = -1;
    while (k + 1 < counts.length && (below + counts[k + 1]) / all <= tail) {
      below += counts[++k];
    }
    return k;
  }

  /** In how many ways each sum of ranks comes about, of 1 to n with any signs. */
  static double[] signedRankCounts(int n) {
    double[] counts = new double[n * (n + 1) / 2 + 1];
    counts[0] = 1;
    int top = 0;
    for (int rank = 1; rank <= n; rank++) {
      top += rank;
      for (int sum = top; sum >= rank; sum--) {
        counts[sum] += counts[sum - rank];
      }
    }
    return counts;
  }

  /** In how many ways each U comes about: the coefficients of the Gaussian binomial (m + n over m). */
  static double[] mannWhitneyCounts(int m, int n) {
    int top = m * n;
    double[] counts = new double[top + 1];
    counts[0] = 1;
    for (int i = 1; i <= m; i++) {
      // Times (1 - q^(n+i)), then divided by (1 - q^i).
      for (int u = top; u >= n + i; u--) {
        counts[u] -= counts[u - n - i];
      }
      for (int u = i; u <= top; u++) {
        counts[u] += counts[u - i];
      }
    }
    return counts;
  }

  /**
   * S. Holm's correction for several questions at once ("A Simple Sequentially Rejective Multiple Test Procedure", 1979).
   *
   * @return each p-value as it is to be compared with the level of all together, in the given order
   */
  public static double[] holm(double[] p) {
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(p[a], p[b]));
    double[] adjusted = new double[p.length];
    double least = 0;
    for (int i = 0; i < p.length; i++) {
      least = Math.max(least, Math.min(1, (p.length - i) * p[order[i]]));
      adjusted[order[i]] = least;
    }
    return adjusted;
  }

  /** NaN of nothing. */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? Double.NaN : medianOfSorted(sorted);
  }

  private static double medianOfSorted(double[] sorted) {
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /** Mean of the middle half: nearly as sharp as the mean in good weather, and unmoved by a quarter of outliers on each side. */
  public static double midMean(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int off = sorted.length / 4;
    return Arrays.stream(sorted, off, sorted.length - off).average().orElse(Double.NaN);
  }

  /** The value that {@code pct} per cent don't exceed. */
  public static double percentile(double[] values, double pct) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int at = (int) Math.ceil(pct / 100 * sorted.length) - 1;
    return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, at)];
  }
}
