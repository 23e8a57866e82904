package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.Bottleneck;
import io.tola.performance.api.QueryStats;
import io.tola.performance.api.QueryType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FiguresTest {

  static StatementStats stats(String id, QueryType type, long failed, long... micros) {
    Histogram histogram = new Histogram(2);
    Arrays.stream(micros).forEach(histogram::recordValue);
    long slow = Arrays.stream(micros).filter(m -> m >= 1_000_000).count();
    return new StatementStats(
        id,
        "text of " + id,
        type,
        histogram,
        Arrays.stream(micros).sum() * 1_000,
        failed,
        7,
        2,
        slow,
        Arrays.stream(micros).filter(m -> m >= 1_000_000).sum() * 1_000,
        Arrays.stream(micros).max().orElse(0) * 1_000,
        List.of("trading Orders.insert"),
        Map.of());
  }

  @Test
  void nothingHasNoDurationsAndNoErrors() {
    QueryStats none = Figures.together("ALL", List.of());
    assertThat(none.total()).isZero();
    assertThat(none.errorRatePct()).isEqualByComparingTo("0");
    assertThat(none.meanMs()).isNull();
    assertThat(none.p99Ms()).isNull();
  }

  @Test
  void statementsOfAllTypesAreOneDistribution() {
    QueryStats all =
        Figures.together(
            "ALL",
            List.of(
                stats("a", QueryType.SELECT, 0, 10, 20, 30), stats("b", QueryType.INSERT, 1, 40)));
    assertThat(all.total()).isEqualTo(4);
    assertThat(all.failed()).isEqualTo(1);
    assertThat(all.successful()).isEqualTo(3);
    assertThat(all.errorRatePct()).isEqualByComparingTo("25");
    assertThat(all.minMs()).isEqualByComparingTo("0.010");
    assertThat(all.maxMs()).isEqualByComparingTo("0.040");
    assertThat(all.meanMs()).isEqualByComparingTo("0.025");
    assertThat(all.medianMs()).isEqualByComparingTo("0.020");
    assertThat(all.p99Ms()).isEqualByComparingTo("0.040");
  }

  /** Against the sorted list: nearest rank, and the population's deviation. */
  @Property
  void everyFigureIsWithinAHundredthOfTheNaiveOne(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 1, max = 5_000_000) Integer> micros) {
    long[] sorted = micros.stream().mapToLong(Integer::longValue).sorted().toArray();
    QueryStats stats = Figures.together("SELECT", List.of(stats("a", QueryType.SELECT, 0, sorted)));
    near(stats.minMs(), sorted[0]);
    near(stats.maxMs(), sorted[sorted.length - 1]);
    near(stats.medianMs(), rank(sorted, 50));
    near(stats.p95Ms(), rank(sorted, 95));
    near(stats.p99Ms(), rank(sorted, 99));
    double mean = Arrays.stream(sorted).average().orElseThrow();
    near(stats.meanMs(), mean);
    double variance =
        Arrays.stream(sorted).mapToDouble(m -> (m - mean) * (m - mean)).average().orElseThrow();
    assertThat(stats.stdevMs().doubleValue() * 1_000)
        .isBetween(
            Math.sqrt(variance) - mean * 0.01 - 1 - Math.sqrt(variance) * 0.01,
            Math.sqrt(variance) + mean * 0.01 + 1 + Math.sqrt(variance) * 0.01);
  }

  private static double rank(long[] sorted, int percent) {
    return sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
  }

  private static void near(BigDecimal ms, double micros) {
    assertThat(ms.doubleValue() * 1_000).isBetween(micros * 0.99 - 1, micros * 1.01 + 1);
  }

  @Test
  void typesThatWereNotSeenAreNotThere() {
    assertThat(Figures.types(List.of(stats("a", QueryType.UPDATE, 0, 5))).keySet())
        .containsExactly("UPDATE");
  }

  @Test
  void bottlenecksAreTypesWithSlowStatementsTheMostTimeLostFirst() {
    List<Bottleneck> found =
        Figures.bottlenecks(
            List.of(
                stats("a", QueryType.SELECT, 0, 1_500_000, 5, 5, 5),
                stats("b", QueryType.SELECT, 0, 2_500_000),
                stats("c", QueryType.INSERT, 0, 9_000_000),
                stats("d", QueryType.DELETE, 0, 900_000)),
            1_000_000_000L);
    assertThat(found).extracting(Bottleneck::queryType).containsExactly("INSERT", "SELECT");
    Bottleneck selects = found.get(1);
    assertThat(selects.slowCount()).isEqualTo(2);
    assertThat(selects.avgSlowMs()).isEqualByComparingTo("2000");
    assertThat(selects.maxSlowMs()).isEqualByComparingTo("2500");
    assertThat(selects.pctOfTotal()).isEqualByComparingTo("40");
    assertThat(selects.thresholdMs()).isEqualByComparingTo("1000");
  }

  @Test
  void theDearestComeFirstWithTheirPartOfTheTime() {
    var dearest =
        Figures.dearest(
            List.of(
                stats("a", QueryType.SELECT, 0, 25),
                stats("b", QueryType.SELECT, 0, 60, 15),
                stats("c", QueryType.SELECT, 0)),
            2);
    assertThat(dearest).extracting(u -> u.id()).containsExactly("b", "a");
    assertThat(dearest.get(0).pctOfTime()).isEqualByComparingTo("75");
    assertThat(dearest.get(0).rowsPerCall()).isEqualByComparingTo("3.5");
  }
}
