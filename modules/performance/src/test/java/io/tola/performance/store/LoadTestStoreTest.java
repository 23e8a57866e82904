package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.performance.api.LoadTest;
import io.tola.performance.api.RecordedLoadTest;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTestStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private final LoadTestStore store = new LoadTestStore(DATABASE.appDataSource());

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE performance.load_tests CASCADE");
  }

  @Test
  void aRunIsReadAsItWasWritten() throws SQLException {
    LoadTest test = test("r1", "normal", 1, "{\"users\": 50}", 12.25);
    assertThat(add(test)).isTrue();
    RecordedLoadTest read = store.byRunId("r1");
    assertThat(read.test()).isEqualTo(test);
    assertThat(read.reportedBy()).isEqualTo("ops");
    assertThat(store.byRunId("r2")).isNull();
  }

  @Test
  void theSameRunAgainChangesNothingAndAnotherContentIsTold() throws SQLException {
    assertThat(add(test("r1", "normal", 1, "{\"users\": 50}", 12.25))).isTrue();
    LoadTest otherSpelling = test("r1", "normal", 1, "{\"users\":50.0}", 12.25);
    assertThat(add(otherSpelling)).isFalse();
    assertThat(store.isThere(otherSpelling)).isTrue();
    assertThat(store.isThere(test("r1", "normal", 1, "{\"users\": 50}", 12.26))).isFalse();
    assertThat(store.isThere(test("r1", "normal", 2, "{\"users\": 50}", 12.25))).isFalse();
    assertThat(store.isThere(test("r1", "normal", 1, "{\"users\": 51}", 12.25))).isFalse();
    assertThat(store.byRunId("r1").test().metrics().get(0).value()).isEqualTo(12.25);
  }

  @Test
  void pagesGoFromTheNewestToTheOldestWithoutGapOrRepetition() throws SQLException {
    for (int i = 0; i < 7; i++) {
      // Two of each moment.
      add(test("r" + i, i % 2 == 0 ? "normal" : "peak", i / 2, "{}", i));
    }
    Page<RecordedLoadTest> first = store.page(null, 3, null);
    Page<RecordedLoadTest> second = store.page(null, 3, first.nextCursor());
    Page<RecordedLoadTest> third = store.page(null, 3, second.nextCursor());
    assertThat(runs(first)).startsWith("r6").hasSize(3);
    assertThat(runs(third)).hasSize(1);
    assertThat(third.nextCursor()).isNull();
    assertThat(runs(first)).doesNotContainAnyElementsOf(runs(second));
    assertThat(runs(store.page("peak", 10, null))).containsExactly("r5", "r3", "r1");
  }

  @Test
  void aHistoryHasOnlyRunsUnderTheNewestOnesConditions() throws SQLException {
    add(test("r1", "normal", 1, "{\"users\": 50, \"machine\": \"a\"}", 1));
    add(test("r2", "normal", 2, "{\"users\": 99, \"machine\": \"a\"}", 2));
    add(test("r3", "normal", 3, "{\"machine\": \"a\", \"users\": 50}", 3));
    add(test("r4", "peak", 4, "{\"machine\": \"a\", \"users\": 50}", 4));
    assertThat(store.series("normal", 100)).extracting(LoadTest::runId).containsExactly("r1", "r3");
    assertThat(store.series("normal", 1)).extracting(LoadTest::runId).containsExactly("r3");
    assertThat(store.series("nobody", 1)).isEmpty();
  }

  @Test
  void theOldestGoWithTheirFigures() throws SQLException {
    for (int i = 0; i < 6; i++) {
      add(test("n" + i, "normal", i, "{}", i));
      add(test("p" + i, "peak", i, "{}", i));
    }
    assertThat(store.drop("normal", 4, 100)).isEqualTo(2);
    assertThat(runs(store.page("normal", 100, null))).containsExactly("n5", "n4", "n3", "n2");
    assertThat(runs(store.page("peak", 100, null))).hasSize(6);
    assertThat(store.drop("normal", 4, 5)).isEqualTo(5);
    assertThat(runs(store.page(null, 100, null)))
        .containsExactlyInAnyOrder("n5", "p5", "n4", "p4", "p3");
    try (Connection connection = DATABASE.appDataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT count(DISTINCT load_test) FROM performance_metrics")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(5);
    }
  }

  private boolean add(LoadTest test) throws SQLException {
    return store.add(test, Ids.next(), "ops", START);
  }

  private static List<String> runs(Page<RecordedLoadTest> page) {
    return page.items().stream().map(r -> r.test().runId()).toList();
  }

  private static LoadTest test(
      String runId, String scenario, int minute, String conditions, double p95) {
    return new LoadTest(
        runId,
        scenario,
        START.plusSeconds(60L * minute),
        "abc1234",
        true,
        conditions,
        "[{\"got\": \"1 ms\", \"what\": \"p95\", \"passed\": true, \"wanted\": \"at most 2 ms\"}]",
        List.of(
            new LoadTest.Metric("p95_ms", p95, true),
            new LoadTest.Metric("requests_per_second", 100, false)));
  }
}
