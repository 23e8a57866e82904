package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.LoadTest;
import io.tola.performance.api.LoadTestTrend;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTestDeskTest {

  @Test
  void aStepIsWorseOrBetterByWhatIsWanted() {
    List<LoadTest> runs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      double step = i < 6 ? 0 : 20;
      runs.add(run(i, 100 + i % 2 + step));
    }
    List<LoadTestTrend> trends = LoadTestDesk.trends(runs);
    assertThat(trends).extracting(LoadTestTrend::metric).containsExactly("p95_ms", "per_second");
    assertThat(trends).allSatisfy(t -> assertThat(t.points()).hasSize(12));
    assertThat(trends.get(0).changes())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.runId()).isEqualTo("r6");
              assertThat(c.worse()).isTrue();
              assertThat(c.changePct()).isBetween(19.0, 21.0);
            });
    assertThat(trends.get(1).changes())
        .singleElement()
        .satisfies(c -> assertThat(c.worse()).isFalse());
  }

  @Test
  void withoutRunsThereIsNoTrend() {
    assertThat(LoadTestDesk.trends(List.of())).isEmpty();
  }

  private static LoadTest run(int i, double value) {
    return new LoadTest(
        "r" + i,
        "normal",
        Instant.EPOCH.plusSeconds(i),
        "c",
        true,
        "{}",
        "[]",
        List.of(
            new LoadTest.Metric("p95_ms", value, true),
            new LoadTest.Metric("per_second", value, false)));
  }
}
