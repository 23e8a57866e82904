package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.QueryType;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RequestHabit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OwnWorkTest {

  private static StatementStats from(String id, String... sites) {
    return new StatementStats(
        id,
        "text",
        QueryType.SELECT,
        new Histogram(2),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(sites),
        Map.of());
  }

  private static RequestHabit habit(String request, String statementId) {
    return new RequestHabit("n_plus_one", request, statementId, "text", 3, 80, Instant.EPOCH);
  }

  @Test
  void onlyWhatComesFromNowhereElseIsLeftOut() {
    StatementStats own = from("own", "performance PlanReader.explain");
    StatementStats shared = from("shared", "performance PlanReader.explain", "risk Limits.read");
    StatementStats unseen = from("unseen");
    OwnWork work = OwnWork.of(List.of(own, shared, unseen));
    assertThat(work.without(List.of(own, shared, unseen))).containsExactly(shared, unseen);
    Recommendation about = new Recommendation("literal_values", "warning", "own", "r", "a");
    Recommendation other = new Recommendation("literal_values", "warning", "shared", "r", "a");
    assertThat(work.withoutAdvice(List.of(about, other))).containsExactly(other);
  }

  @Test
  void requestsForFiguresAreNoHabitOfThePlatforms() {
    RequestHabit trades = habit("GET /api/v1/trades", "shared");
    assertThat(
            OwnWork.of(List.of(from("own", "performance TrialServer.open")))
                .withoutHabits(
                    List.of(
                        habit("GET /api/v1/performance/pool", "shared"),
                        habit("transaction of performance TrialClerk.begin", null),
                        habit("GET /api/v1/orders", "own"),
                        trades)))
        .containsExactly(trades);
  }
}
