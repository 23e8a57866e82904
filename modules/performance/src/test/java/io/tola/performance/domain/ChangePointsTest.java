package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChangePointsTest {

  @Property(tries = 300)
  void theBestCutIsTheOneThatThePapersFormulaGives(
      @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = 0, max = 100) Double> values) {
    double[] x = values.stream().mapToDouble(Double::doubleValue).toArray();
    int fast = ChangePoints.best(x, 0, x.length);
    double most = 0;
    for (int cut = ChangePoints.LEAST; cut <= x.length - ChangePoints.LEAST; cut++) {
      most = Math.max(most, naive(x, cut));
    }
    if (fast < 0) {
      assertThat(most).isLessThan(1e-6);
    } else {
      assertThat(naive(x, fast)).isGreaterThan(most - 1e-6);
    }
  }

  /** Matteson and James, equations 3 and 5, word by word. */
  private static double naive(double[] x, int cut) {
    int m = cut;
    int n = x.length - cut;
    double between = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        double d = Math.abs(x[i] - x[j]);
        if (i < cut && j >= cut) {
          between += d;
        } else if (i < j && j < cut) {
          left += d;
        } else if (cut <= i && i < j) {
          right += d;
        }
      }
    }
    double e = 2.0 / (m * n) * between - left / (m * (m - 1) / 2.0) - right / (n * (n - 1) / 2.0);
    return (double) m * n / (m + n) * e;
  }

  @Test
  void aStepIsFoundWhereItIs() {
    double[] x = noise(60, 3, 1);
    for (int i = 40; i < 60; i++) {
      x[i] *= 1.15;
    }
    List<ChangePoints.Change> changes = ChangePoints.of(x);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).at()).isBetween(39, 41);
    assertThat(changes.get(0).after() / changes.get(0).before()).isBetween(1.12, 1.18);
  }

  @Test
  void upAndDownAgainAreTwo() {
    double[] x = noise(90, 2, 2);
    for (int i = 30; i < 60; i++) {
      x[i] *= 1.12;
    }
    assertThat(ChangePoints.of(x)).extracting(ChangePoints.Change::at).hasSize(2);
  }

  @Test
  void aSingleRunThatWentWrongIsNoChange() {
    double[] x = noise(50, 2, 3);
    x[25] *= 3;
    assertThat(ChangePoints.of(x)).isEmpty();
  }

  @Test
  void aSeriesThatNeverMovesHasNoChange() {
    assertThat(ChangePoints.of(new double[40])).isEmpty();
    assertThat(ChangePoints.of(new double[] {5})).isEmpty();
    assertThat(ChangePoints.of(new double[0])).isEmpty();
  }

  @Test
  void oneExactLevelAfterAnotherIsAChange() {
    assertThat(ChangePoints.of(new double[] {1, 1, 1, 1, 2, 2, 2, 2}))
        .containsExactly(new ChangePoints.Change(4, 1, 2, 0));
  }

  @Test
  void inSteadyNoiseFewSeriesHaveAChange() {
    int alarms = 0;
    for (int seed = 0; seed < 300; seed++) {
      alarms += ChangePoints.of(noise(60, 5, 1000 + seed)).isEmpty() ? 0 : 1;
    }
    // Of 300 series of 60 runs.
    assertThat(alarms).isLessThanOrEqualTo(9);
  }

  /**
   * The gate fails while a change for the worse, of as much as matters, lies within its last {@code RECENT} runs, and it looks after
   * each run. Too few, and a change is older than they are when it becomes certain.
   */
  @Test
  void theGateLooksBackFarEnoughToSeeAStepOnceItIsCertain() {
    Seen five = gate(5, 100, 30, 1.10);
    Seen recent = gate(RECENT, 100, 30, 1.10);
    Seen small = gate(RECENT, 100, 30, 1.05);
    Seen none = gate(RECENT, 300, 40, 1);
    System.Logger log = System.getLogger(getClass().getName());
    log.log(
        System.Logger.Level.INFO,
        "steps of 10 % that fail the gate of 100: {0} within the last 5 runs, {1} within {2} (after {3} runs); of 5 %: {4} (after"
            + " {5}); steady histories of 40 more runs that fail it once: {6} of 300, {7} runs of 12000",
        five.histories,
        recent.histories,
        RECENT,
        recent.meanDelay(),
        small.histories,
        small.meanDelay(),
        none.histories,
        none.runs);
    assertThat(five.histories).isLessThan(60);
    assertThat(recent.histories).isGreaterThanOrEqualTo(98);
    assertThat(small.histories).isGreaterThanOrEqualTo(85);
    assertThat(none.runs).isLessThanOrEqualTo(60);
  }

  /** As in the gate of jmeter, which depends on no module. */
  private static final int RECENT = 15;

  /** Histories in which the gate failed, runs with which it did, and after how many runs it first did, summed. */
  private record Seen(int histories, int runs, int delay) {
    double meanDelay() {
      return histories == 0 ? 0 : (double) delay / histories;
    }
  }

  /** 40 steady runs at 3 % noise, then so many more with a step between, judged one by one; 3 % matter. */
  private static Seen gate(int recent, int times, int more, double step) {
    int histories = 0;
    int runs = 0;
    int delay = 0;
    for (int seed = 0; seed < times; seed++) {
      Random random = new Random(7000 + seed);
      double[] x = new double[40 + more];
      for (int i = 0; i < x.length; i++) {
        x[i] = 100 * (1 + 0.03 * random.nextGaussian()) * (i < 40 ? 1 : step);
      }
      int first = 0;
      for (int n = 41; n <= x.length; n++) {
        int from = n - recent;
        boolean fails =
            ChangePoints.of(Arrays.copyOf(x, n)).stream()
                .anyMatch(c -> c.at() >= from && c.after() >= 1.03 * c.before());
        runs += fails ? 1 : 0;
        first = fails && first == 0 ? n - 40 : first;
      }
      histories += first > 0 ? 1 : 0;
      delay += first;
    }
    return new Seen(histories, runs, delay);
  }

  /** Around 100 with so many per cent of spread, and now and then a run that went wrong. */
  private static double[] noise(int n, double pct, long seed) {
    Random random = new Random(seed);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = 100 * (1 + pct / 100 * random.nextGaussian());
      if (random.nextInt(40) == 0) {
        x[i] *= 1 + random.nextDouble() * 0.3;
      }
    }
    return x;
  }
}
