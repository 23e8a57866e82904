package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.LongLoan;
import io.tola.performance.api.PoolUse;
import io.tola.performance.api.QueryType;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RequestHabit;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdviceTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");

  private static long[] times(int count, long micros) {
    long[] all = new long[count];
    Arrays.fill(all, micros);
    return all;
  }

  private static PoolUse pool(long inUse, long waits, String meanMs) {
    return new PoolUse(
        "jdbc/tola",
        24,
        24,
        inUse,
        24 - inUse,
        inUse,
        24,
        0,
        waits,
        meanMs == null ? null : new BigDecimal(meanMs),
        BigDecimal.TEN,
        null,
        null);
  }

  @Test
  void whereNothingIsRemarkableThereIsNoAdvice() {
    assertThat(
            Advice.of(
                List.of(FiguresTest.stats("a", QueryType.SELECT, 0, times(1_000, 900))),
                List.of(),
                List.of(pool(23, 0, null))))
        .isEmpty();
  }

  @Test
  void aStatementOverItsTargetIsNamedOnceThereAreEnoughExecutions() {
    var few = FiguresTest.stats("few", QueryType.SELECT, 0, times(19, 60_000));
    var enough = FiguresTest.stats("enough", QueryType.SELECT, 0, times(20, 60_000));
    assertThat(Advice.of(List.of(few, enough), List.of(), List.of()))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.code()).isEqualTo("over_target");
              assertThat(r.subject()).isEqualTo("enough");
              assertThat(r.reason()).contains("trading Orders.insert");
            });
  }

  @Test
  void theGravestComesFirst() {
    List<Recommendation> found =
        Advice.of(
            List.of(
                FiguresTest.stats("failing", QueryType.INSERT, 5, times(100, 500)),
                FiguresTest.stats("slow", QueryType.SELECT, 0, 3_000_000)),
            List.of(
                new RequestHabit("chatty", "GET /a", null, null, 3, 80, T0),
                new RequestHabit("n_plus_one", "GET /b", "id", "text", 9, 30, T0)),
            List.of(pool(24, 50, "7.5")));
    assertThat(found)
        .extracting(Recommendation::code)
        .containsExactly(
            "slow_statement", "pool_exhausted", "failing_statement", "n_plus_one", "chatty");
  }

  @Test
  void allAdviceIsAllOfIt() {
    var many =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(i -> FiguresTest.stats("s" + i, QueryType.SELECT, 0, 3_000_000))
            .toList();
    assertThat(Advice.of(many, List.of(), List.of())).hasSize(50);
  }

  @Test
  void aConnectionThatIsMeantToBeKeptIsNoLeak() {
    var lead =
        new LongLoan(
            "market FeedLease.tryAcquire", null, "tola-feed", T0, BigDecimal.valueOf(90_000), true);
    var leak =
        new LongLoan("gateway Door.get", "GET /a", "t", T0, BigDecimal.valueOf(40_000), false);
    assertThat(
            Advice.of(
                List.of(),
                List.of(),
                List.of(pool(3, 0, null).with(null, null, List.of(), List.of(lead, leak), null))))
        .singleElement()
        .satisfies(r -> assertThat(r.reason()).contains("gateway Door.get"));
  }

  @Test
  void longWaitsForAConnectionAreNamed() {
    assertThat(Advice.of(List.of(), List.of(), List.of(pool(3, 50, "7.5"))))
        .extracting(Recommendation::code)
        .containsExactly("pool_waits");
    assertThat(Advice.of(List.of(), List.of(), List.of(pool(3, 50, "4.9")))).isEmpty();
  }
}
