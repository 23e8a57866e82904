package io.tola.jmeter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Against every possible throw of the coins and every possible deal of the cards, where there are few enough. */
class StatisticsTest {

  @Property(tries = 60)
  void theSignedRankTestCountsTheSignsThatAreAsExtreme(
      @ForAll @IntRange(min = 1, max = 10) int n, @ForAll long seed) {
    double[] d = distinct(n, seed);
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(Math.abs(d[a]), Math.abs(d[b])));
    int[] rank = new int[n];
    for (int i = 0; i < n; i++) {
      rank[order[i]] = i + 1;
    }
    int observed = 0;
    for (int i = 0; i < n; i++) {
      observed += d[i] > 0 ? rank[i] : 0;
    }
    int asExtreme = 0;
    for (int signs = 0; signs < 1 << n; signs++) {
      int sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (signs >> i & 1) == 1 ? rank[i] : 0;
      }
      asExtreme += sum >= observed ? 1 : 0;
    }
    assertThat(Statistics.signedRank(d)).isCloseTo(asExtreme / (double) (1 << n), within(1e-9));
  }

  @Property(tries = 60)
  void theRankSumTestCountsTheDealsThatAreAsExtreme(
      @ForAll @IntRange(min = 1, max = 6) int m,
      @ForAll @IntRange(min = 1, max = 6) int n,
      @ForAll long seed) {
    double[] all = distinct(m + n, seed);
    double[] base = Arrays.copyOf(all, m);
    double[] candidate = Arrays.copyOfRange(all, m, m + n);
    int observed = u(base, candidate);
    int asExtreme = 0;
    int deals = 0;
    for (int hand = 0; hand < 1 << (m + n); hand++) {
      if (Integer.bitCount(hand) == m) {
        deals++;
        double[] b = new double[m];
        double[] c = new double[n];
        int i = 0;
        int j = 0;
        for (int k = 0; k < m + n; k++) {
          if ((hand >> k & 1) == 1) {
            b[i++] = all[k];
          } else {
            c[j++] = all[k];
          }
        }
        asExtreme += u(b, c) >= observed ? 1 : 0;
      }
    }
    assertThat(Statistics.mannWhitney(base, candidate))
        .isCloseTo(asExtreme / (double) deals, within(1e-9));
  }

  private static int u(double[] base, double[] candidate) {
    int u = 0;
    for (double b : base) {
      for (double c : candidate) {
        u += c > b ? 1 : 0;
      }
    }
    return u;
  }

  @Property(tries = 40)
  void theTablesCountWhatCanHappen(
      @ForAll @IntRange(min = 1, max = 6) int m, @ForAll @IntRange(min = 1, max = 6) int n) {
    double[] signs = new double[n * (n + 1) / 2 + 1];
    for (int s = 0; s < 1 << n; s++) {
      int sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (s >> i & 1) == 1 ? i + 1 : 0;
      }
      signs[sum]++;
    }
    assertThat(Statistics.signedRankCounts(n)).containsExactly(signs, within(1e-9));
    double[] deals = new double[m * n + 1];
    for (int hand = 0; hand < 1 << (m + n); hand++) {
      if (Integer.bitCount(hand) == m) {
        int u = 0;
        for (int i = 0; i < m + n; i++) {
          for (int j = i + 1; j < m + n; j++) {
            u += (hand >> i & 1) == 1 && (hand >> j & 1) == 0 ? 1 : 0;
          }
        }
        deals[u]++;
      }
    }
    assertThat(Statistics.mannWhitneyCounts(m, n)).containsExactly(deals, within(1e-9));
  }

  @Property(tries = 100)
  void anIntervalMovesWithTheSampleAndHoldsItsEstimate(
      @ForAll @Size(min = 8, max = 25) List<@DoubleRange(min = -5, max = 5) Double> values,
      @ForAll @DoubleRange(min = -10, max = 10) double by) {
    double[] d = values.stream().mapToDouble(Double::doubleValue).toArray();
    Statistics.Shift shift = Statistics.pairedShift(d, 0.95);
    assertThat(shift.estimate()).isBetween(shift.low(), shift.high());
    Statistics.Shift moved =
        Statistics.pairedShift(Arrays.stream(d).map(v -> v + by).toArray(), 0.95);
    assertThat(moved.estimate()).isCloseTo(shift.estimate() + by, within(1e-9));
    assertThat(moved.low()).isCloseTo(shift.low() + by, within(1e-9));
  }

  @Test
  void theIntervalHoldsTheTruthAsOftenAsItSays() {
    Random random = new Random(7);
    int paired = 0;
    int free = 0;
    for (int i = 0; i < 2000; i++) {
      double[] a = gaussian(random, 12, 0);
      double[] b = gaussian(random, 9, 3);
      Statistics.Shift p = Statistics.pairedShift(a, 0.95);
      paired += p.low() <= 0 && 0 <= p.high() ? 1 : 0;
      Statistics.Shift s = Statistics.shift(a, b, 0.95);
      free += s.low() <= 3 && 3 <= s.high() ? 1 : 0;
    }
    assertThat(paired / 2000.0).isBetween(0.94, 0.975);
    assertThat(free / 2000.0).isBetween(0.94, 0.975);
  }

  @Test
  void aSampleTooSmallForItsLevelHasNoInterval() {
    assertThat(Statistics.pairedShift(new double[] {1, 2, 3}, 0.95).low())
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Statistics.shift(new double[] {1, 2}, new double[] {1, 2}, 0.95).high())
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** Where both can be had they differ by a rank or two; beyond, the tables leave the range of a double. */
  @Test
  void manyPairsHaveAnIntervalToo() {
    double exact = Statistics.signedRankCritical(200, 0.025);
    assertThat((double) Statistics.critical(200 * 201 / 4.0, 200 * 201 * 401 / 24.0, 0.025))
        .isCloseTo(exact, within(0.005 * exact));
    double deals = Statistics.mannWhitneyCritical(100, 100, 0.025);
    assertThat((double) Statistics.critical(100 * 100 / 2.0, 100 * 100 * 201 / 12.0, 0.025))
        .isCloseTo(deals, within(0.005 * deals));
    Random random = new Random(5);
    Statistics.Shift paired = Statistics.pairedShift(gaussian(random, 2000, 1), 0.95);
    assertThat(paired.low()).isBetween(0.9, paired.estimate());
    assertThat(paired.high()).isBetween(paired.estimate(), 1.1);
    Statistics.Shift free =
        Statistics.shift(gaussian(random, 900, 0), gaussian(random, 900, 1), 0.95);
    assertThat(free.low()).isBetween(0.8, free.estimate());
    assertThat(free.high()).isBetween(free.estimate(), 1.2);
  }

  @Test
  void holmRejectsStepByStep() {
    assertThat(Statistics.holm(new double[] {0.01, 0.04, 0.03, 0.005}))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    assertThat(Statistics.holm(new double[0])).isEmpty();
    assertThat(Statistics.holm(new double[] {0.9, 0.8}))
        .containsExactly(new double[] {1, 1}, within(1e-12));
  }

  @Test
  void theMiddleHalfIsUnmovedByOutliers() {
    assertThat(Statistics.midMean(new double[] {1, 2, 3, 1e9})).isEqualTo(2.5);
    assertThat(Statistics.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(Statistics.percentile(new double[] {1, 2, 3, 4}, 50)).isEqualTo(2);
    assertThat(Statistics.percentile(new double[] {1, 2, 3, 4}, 95)).isEqualTo(4);
  }

  private static double[] gaussian(Random random, int n, double mean) {
    return random.doubles(n).map(u -> mean + random.nextGaussian()).toArray();
  }

  /** Shuffled values of which no two are equally far from 0. */
  private static double[] distinct(int n, long seed) {
    Random random = new Random(seed);
    List<Double> values = new ArrayList<>();
    for (int i = 1; i <= n; i++) {
      values.add((random.nextBoolean() ? 1 : -1) * (i + 0.3 * random.nextDouble()));
    }
    java.util.Collections.shuffle(values, random);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
