package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Where a series of measurements changed its level: E-divisive (D. Matteson, N. James, "A Nonparametric Approach for
 * Multiple Change Point Analysis of Multivariate Data", JASA 109, 2014) with the moment index 1, and with the two departures
 * that M. Fleming and others describe in "Hunter: Using Change Point Detection to Hunt for Performance Regressions"
 * (ICPE 2023): a candidate is judged by Student's t-test (here Welch's) instead of by permutations, so the same series
 * gives the same answer each time; and candidates are first taken at a looser level, then the weakest are taken out again
 * while they don't reach the strict one, because a short spike hides a step when it is looked at from one side only.
 *
 * <p>No kept Java library has it (looked for in November 2026; Hunter itself, now Apache Otava, is Python). Time grows with
 * the square of the series' length. Thread-safe; no state.
 */
public final class ChangePoints {

  /** Measurements that a piece has at least. */
  static final int LEAST = 4;

  /**
   * Stricter than Hunter's 0.001, because the cut that is tested is the best of all: of steady histories of 60 runs 2 % have a
   * change with this one.
   */
  static final double STRICT = 0.0002;

  private static final double LOOSE = 10 * STRICT;

  private ChangePoints() {}

  /**
   * A change.
   *
   * @param at index of the first measurement of the new level
   * @param before mean of the piece before
   * @param after mean of the piece that begins here
   */
  public record Change(int at, double before, double after, double pValue) {}

  /** The changes of a series, in its order; none when it is shorter than two pieces. */
  public static List<Change> of(double[] series) {
    TreeSet<Integer> cuts = new TreeSet<>();
    split(series, 0, series.length, cuts);
    List<Integer> kept = new ArrayList<>(cuts);
    while (!kept.isEmpty()) {
      int weakest = 0;
      double worst = -1;
      for (int i = 0; i < kept.size(); i++) {
        double p = pValue(series, from(kept, i), kept.get(i), to(kept, i, series.length));
        if (p > worst) {
          worst = p;
          weakest = i;
        }
      }
      if (worst <= STRICT) {
        break;
      }
      kept.remove(weakest);
    }
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      int from = from(kept, i);
      int at = kept.get(i);
      int to = to(kept, i, series.length);
      changes.add(
          new Change(
              at, mean(series, from, at), mean(series, at, to), pValue(series, from, at, to)));
    }
    return changes;
  }

  private static int from(List<Integer> cuts, int i) {
    return i == 0 ? 0 : cuts.get(i - 1);
  }

  private static int to(List<Integer> cuts, int i, int length) {
    return i == cuts.size() - 1 ? length : cuts.get(i + 1);
  }

  private static void split(double[] x, int from, int to, TreeSet<Integer> cuts) {
    int at = best(x, from, to);
    if (at < 0 || pValue(x, from, at, to) > LOOSE) {
      return;
    }
    cuts.add(at);
    split(x, from, at, cuts);
    split(x, at, to, cuts);
  }

  /**
   * The cut of {@code [from, to)} with the largest Q (the paper's equation 5, scaled by mn/(m+n)), both pieces whole; the
   * first of equals; -1 when there is no room or nothing differs.
   *
   * <p>Moving the cut by one takes one measurement from the right to the left, which changes the three sums of distances by
   * that measurement's distances: so the whole search takes as many steps as there are pairs.
   */
  static int best(double[] x, int from, int to) {
    int n = to - from;
    double within = 0;
    for (int i = from; i < to; i++) {
      for (int j = i + 1; j < to; j++) {
        within += Math.abs(x[i] - x[j]);
      }
    }
    double left = 0;
    double right = within;
    double between = 0;
    int best = -1;
    double most = 1e-12 * within;
    for (int cut = 1; cut < n; cut++) {
      double moved = x[from + cut - 1];
      double toLeft = 0;
      double toRight = 0;
      for (int i = from; i < from + cut - 1; i++) {
        toLeft += Math.abs(moved - x[i]);
      }
      for (int i = from + cut; i < to; i++) {
        toRight += Math.abs(moved - x[i]);
      }
      left += toLeft;
      right -= toRight;
      between += toRight - toLeft;
      if (cut >= LEAST && n - cut >= LEAST) {
        double q = q(left, right, between, cut, n - cut);
        if (q > most) {
          most = q;
          best = from + cut;
        }
      }
    }
    return best;
  }

  /** Q of two samples, from the sums of the distances within the first, within the second, and between. */
  static double q(double left, double right, double between, int m, int n) {
    double e =
        2 * between / ((double) m * n) - left / (m * (m - 1) / 2.0) - right / (n * (n - 1) / 2.0);
    return e * m * n / (m + n);
  }

  /** Welch's two-sided t-test of {@code [from, at)} against {@code [at, to)}. */
  static double pValue(double[] x, int from, int at, int to) {
    int m = at - from;
    int n = to - at;
    double a = mean(x, from, at);
    double b = mean(x, at, to);
    double va = squares(x, from, at, a) / (m - 1) / m;
    double vb = squares(x, at, to, b) / (n - 1) / n;
    double v = va + vb;
    if (v <= 1e-24 * (a * a + b * b)) {
      // Equal measurements in each piece: another level is another level.
      return Math.abs(a - b) > 1e-9 * (Math.abs(a) + Math.abs(b)) ? 0 : 1;
    }
    double freedom = v * v / (va * va / (m - 1) + vb * vb / (n - 1));
    return 2 * TDistribution.of(freedom).survivalProbability(Math.abs(a - b) / Math.sqrt(v));
  }

  private static double mean(double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i];
    }
    return sum / (to - from);
  }

  private static double squares(double[] x, int from, int to, double mean) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (x[i] - mean) * (x[i] - mean);
    }
    return sum;
  }
}
