package io.tola.jmeter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.jmeter.gate.Comparison.Metric;
import io.tola.jmeter.gate.Comparison.Pair;
import io.tola.jmeter.gate.Comparison.Rules;
import io.tola.jmeter.gate.Comparison.Word;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** How often the gate is wrong, with the numbers of runs and slices that it has by default. */
class ComparisonTest {

  private static final List<Metric> METRICS =
      List.of(
          new Metric("orders_ms", true),
          new Metric("reads_ms", true),
          new Metric("p95_ms", true),
          new Metric("server_cpu_ms_per_request", true));
  private static final List<Metric> RECORDED_METRICS = METRICS.subList(0, 3);
  private static final List<double[]> RECORDED =
      Noise.recorded(Path.of("src/test/resources/noise.csv"));
  private static final int RUNS = 5;
  private static final int SLICES = 20;

  @Test
  void ofAThousandComparisonsOfEqualsInModelledNoiseAtMostTenFail() throws Exception {
    int alarms = failures(1000, METRICS, modelled(1), Rules.PAIRS);
    System.Logger log = System.getLogger(getClass().getName());
    log.log(System.Logger.Level.INFO, "modelled noise: {0} of 1000 false alarms", alarms);
    assertThat(alarms).isLessThanOrEqualTo(10);
  }

  @Test
  void ofAThousandComparisonsOfEqualsInRecordedNoiseAtMostTenFail() throws Exception {
    int alarms = failures(1000, RECORDED_METRICS, recorded(1), Rules.PAIRS);
    System.Logger log = System.getLogger(getClass().getName());
    log.log(System.Logger.Level.INFO, "recorded noise: {0} of 1000 false alarms", alarms);
    assertThat(alarms).isLessThanOrEqualTo(10);
  }

  /** Without the threshold of what matters, the test alone keeps its level whatever the noise: that is what the lots are for. */
  @Test
  void theTestAloneKeepsItsLevelInNoiseThatDriftsAndRemembers() throws Exception {
    Rules strict = new Rules(0.05, 1e-9);
    assertThat(failures(1000, METRICS, modelled(1), strict)).isLessThanOrEqualTo(75);
    assertThat(failures(1000, RECORDED_METRICS, recorded(1), strict)).isLessThanOrEqualTo(75);
  }

  @Test
  void fivePerCentAreFoundNearlyAlwaysAndTenAlways() throws Exception {
    int fiveModelled = failures(200, METRICS, modelled(1.05), Rules.PAIRS);
    int tenModelled = failures(200, METRICS, modelled(1.10), Rules.PAIRS);
    int fiveRecorded = failures(200, RECORDED_METRICS, recorded(1.05), Rules.PAIRS);
    int tenRecorded = failures(200, RECORDED_METRICS, recorded(1.10), Rules.PAIRS);
    System.Logger log = System.getLogger(getClass().getName());
    log.log(
        System.Logger.Level.INFO,
        "found of 200: 5 % modelled {0}, recorded {1}; 10 % modelled {2}, recorded {3}",
        fiveModelled,
        fiveRecorded,
        tenModelled,
        tenRecorded);
    assertThat(fiveModelled).isGreaterThanOrEqualTo(190);
    assertThat(fiveRecorded).isGreaterThanOrEqualTo(190);
    assertThat(tenModelled).isGreaterThanOrEqualTo(198);
    assertThat(tenRecorded).isGreaterThanOrEqualTo(198);
  }

  @Test
  void whatIsFasterIsNotWorse() throws Exception {
    List<Pair> pairs =
        new Trial(RUNS, SLICES, 3)
            .run(Noise.modelled(4, 5).both(METRICS, 0.8), (run, base, candidate) -> {});
    Comparison comparison = Comparison.ofPairs(METRICS, pairs, Rules.PAIRS);
    assertThat(comparison.failed()).isFalse();
    assertThat(comparison.findings()).allMatch(f -> f.word() == Word.BETTER);
    assertThat(comparison.findings().get(0).changePct()).isBetween(-21.0, -19.0);
  }

  @Test
  void ofAFigureThatShouldBeHighLessIsWorse() {
    List<Metric> throughput = List.of(new Metric("requests_per_second", false));
    List<Pair> pairs = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      pairs.add(
          new Pair(
              1,
              Map.of("requests_per_second", 1000 + random.nextDouble()),
              Map.of("requests_per_second", 900 + random.nextDouble())));
    }
    assertThat(Comparison.ofPairs(throughput, pairs, Rules.PAIRS).failed()).isTrue();
  }

  @Test
  void aFigureThatOneSideLacksFails() {
    List<Metric> both = List.of(new Metric("p50_ms", true), new Metric("p95_ms", true));
    List<Pair> pairs = new ArrayList<>();
    List<Map<String, Double>> whole = new ArrayList<>();
    List<Map<String, Double>> half = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      whole.add(Map.of("p50_ms", 1.0 + i, "p95_ms", 2.0 + i));
      half.add(Map.of("p50_ms", 1.0 + i));
      pairs.add(new Pair(1, whole.get(i), half.get(i)));
    }
    for (Comparison comparison :
        List.of(
            Comparison.ofPairs(both, pairs, Rules.PAIRS),
            Comparison.ofRuns(both, whole, half, Rules.RUNS),
            Comparison.ofRuns(both, half, whole, Rules.RUNS))) {
      assertThat(comparison.findings())
          .extracting(f -> f.metric().name())
          .containsExactly("p50_ms");
      assertThat(comparison.lacking()).extracting(Metric::name).containsExactly("p95_ms");
      assertThat(comparison.failed()).isTrue();
    }
  }

  /** The least p-value is that of figures which are all on one side. */
  @Test
  void whatCanNeverFailIsKnownBeforehand() {
    List<Metric> one = List.of(new Metric("p95_ms", true));
    for (int n = 4; n < 15; n++) {
      List<Pair> pairs = new ArrayList<>();
      List<Map<String, Double>> fast = new ArrayList<>();
      List<Map<String, Double>> slow = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        fast.add(Map.of("p95_ms", 1 + 0.01 * i));
        slow.add(Map.of("p95_ms", 2 + 0.03 * i));
        pairs.add(new Pair(1, fast.get(i), slow.get(i)));
      }
      Rules any = new Rules(1, 3);
      assertThat(Comparison.ofPairs(one, pairs, any).findings().get(0).pWorse())
          .isCloseTo(Comparison.leastOfPairs(1, n), within(1e-12));
      assertThat(Comparison.ofRuns(one, fast, slow, any).findings().get(0).pWorse())
          .isCloseTo(Comparison.leastOfRuns(1, n, n), within(1e-12));
    }
  }

  /** Days differ by a few per cent, which no test of one day's runs can know: the threshold has to hold them. */
  @Test
  void runsOfAnotherDayFailSeldomAndFindAFifth() {
    int alarms = 0;
    int found = 0;
    for (int i = 0; i < 1000; i++) {
      Random random = new Random(900 + i);
      List<Map<String, Double>> base = day(random, 1);
      alarms += Comparison.ofRuns(METRICS, base, day(random, 1), Rules.RUNS).failed() ? 1 : 0;
      found += Comparison.ofRuns(METRICS, base, day(random, 1.25), Rules.RUNS).failed() ? 1 : 0;
    }
    System.Logger log = System.getLogger(getClass().getName());
    log.log(
        System.Logger.Level.INFO,
        "days that differ by 3 %: {0} of 1000 false alarms, {1} of 1000 found at 25 %",
        alarms,
        found);
    assertThat(alarms).isLessThanOrEqualTo(10);
    assertThat(found).isGreaterThanOrEqualTo(950);
  }

  private static List<Map<String, Double>> day(Random random, double factor) {
    double level = factor * Math.exp(0.03 * random.nextGaussian());
    List<Map<String, Double>> runs = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      Map<String, Double> figures = new java.util.HashMap<>();
      for (Metric metric : METRICS) {
        figures.put(metric.name(), level * Math.exp(0.03 * random.nextGaussian()));
      }
      runs.add(figures);
    }
    return runs;
  }

  private static LongFunction<Trial.Both> modelled(double factor) {
    return seed -> Noise.modelled(METRICS.size(), seed).both(METRICS, factor);
  }

  private static LongFunction<Trial.Both> recorded(double factor) {
    return seed -> Noise.resampled(RECORDED, RECORDED_METRICS, factor, seed);
  }

  private static int failures(
      int times, List<Metric> metrics, LongFunction<Trial.Both> machine, Rules rules)
      throws InterruptedException {
    int failures = 0;
    for (int i = 0; i < times; i++) {
      List<Pair> pairs =
          new Trial(RUNS, SLICES, 10_000L + i).run(machine.apply(i), (run, base, candidate) -> {});
      failures += Comparison.ofPairs(metrics, pairs, rules).failed() ? 1 : 0;
    }
    return failures;
  }
}
