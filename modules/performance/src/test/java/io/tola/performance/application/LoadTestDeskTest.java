package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.problem.InvalidValueException;
import io.tola.performance.api.LoadTest;
import io.tola.performance.api.LoadTestTrend;
import io.tola.performance.store.LoadTestStore;
import io.tola.schema.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
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
  void aRunOlderThanAllThatAreKeptIsRefusedAndNotSaidToBeRecorded() {
    try (TestDatabase database = TestDatabase.create()) {
      LoadTestStore store = new LoadTestStore(database.appDataSource());
      LoadTestDesk desk =
          new LoadTestDesk(
              store, Clock.fixed(Instant.EPOCH.plusSeconds(3_600), ZoneOffset.UTC), 2, 100);
      desk.record(run(2, 1), "ops");
      desk.record(run(3, 1), "ops");
      assertThatThrownBy(() -> desk.record(run(1, 1), "ops"))
          .isInstanceOf(InvalidValueException.class)
          .hasMessageContaining("before all of the runs that are kept");
      assertThat(desk.history("normal", 10, null).runs().items())
          .extracting(r -> r.test().runId())
          .containsExactly("r3", "r2");
    }
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
