package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Quantiles and averages of tails, against slow ones that are plainly right. */
class EmpiricalTailTest {

  /** ES as the area under the quantiles: the average of VaR over all smaller tails. */
  private static double naiveEs(double[] profits, double[] weights, double tail) {
    int[] order = Selection.ascending(profits);
    double left = tail;
    double sum = 0;
    for (int place : order) {
      double part = Math.min(left, weights[place]);
      sum += part * profits[place];
      left -= part;
    }
    return -sum / tail;
  }

  private static double[] some(long seed, int size) {
    Random random = new Random(seed);
    double[] profits = new double[size];
    for (int i = 0; i < size; i++) {
      // Rounded, so that there are equal ones.
      profits[i] = Math.round(10 * random.nextGaussian());
    }
    return profits;
  }

  @Property
  void esIsTheAreaUnderTheQuantilesAndBothWaysAgree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 400) int size,
      @ForAll @Scale(5) @DoubleRange(min = 0.0001, max = 0.5) double tail) {
    double[] profits = some(seed, size);
    double[] weights = new double[size];
    Arrays.fill(weights, 1.0 / size);
    EmpiricalTail plain = EmpiricalTail.of(profits, tail);
    EmpiricalTail weighted = EmpiricalTail.of(profits, weights, tail);
    assertThat(plain.var()).isEqualTo(weighted.var());
    assertThat(EmpiricalTail.var(profits, tail)).isEqualTo(plain.var());
    assertThat(plain.es()).isCloseTo(naiveEs(profits, weights, tail), within(1e-6));
    assertThat(weighted.es()).isCloseTo(plain.es(), within(1e-6));
    assertThat(-profits[plain.scenario()]).isEqualTo(plain.var());
  }

  @Property
  void theWorstComeFirstWhateverTheOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int size) {
    double[] values = some(seed, size);
    int k = 1 + Math.floorMod(seed, size);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] found = values.clone();
    Selection.smallestFirst(found, k);
    double[] front = Arrays.copyOf(found, k);
    Arrays.sort(front);
    assertThat(front).isEqualTo(Arrays.copyOf(sorted, k));
    int[] order = Selection.ascending(values);
    for (int i = 0; i < size; i++) {
      assertThat(values[order[i]]).isEqualTo(sorted[i]);
    }
  }

  @Property
  void oneLookFindsTheSameAsSorting(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 900) int size,
      @ForAll @Scale(4) @DoubleRange(min = 0.5, max = 0.999) double lambda,
      @ForAll @Scale(5) @DoubleRange(min = 0.0001, max = 0.5) double tail) {
    double[] profits = some(seed, size);
    double[] sorted = profits.clone();
    Arrays.sort(sorted);
    int k = EmpiricalTail.rank(size, tail);
    assertThat(Selection.smallest(profits, k)).isEqualTo(sorted[k - 1]);
    double[] weights = Weights.byAge(size, lambda);
    assertThat(EmpiricalTail.var(profits, weights, tail))
        .isEqualTo(EmpiricalTail.of(profits, weights, tail).var());
  }

  @Test
  void theTailOfFiveHundredAtNinetyNinePerCentHasFiveAndNotSix() {
    // 1 - 0.99 is 0.010000000000000009 in doubles.
    assertThat(EmpiricalTail.rank(500, 1 - 0.99)).isEqualTo(5);
    assertThat(EmpiricalTail.rank(250, 0.01)).isEqualTo(3);
    assertThat(EmpiricalTail.rank(30, 0.01)).isEqualTo(1);
  }

  @Test
  void aTailSmallerThanOneScenarioIsTheWorstOne() {
    EmpiricalTail tail = EmpiricalTail.of(new double[] {5, -3, 1}, 0.01);
    assertThat(tail.var()).isEqualTo(3);
    assertThat(tail.es()).isEqualTo(3);
    assertThat(EmpiricalTail.of(new double[] {5}, 0.01).var()).isEqualTo(-5);
  }
}
