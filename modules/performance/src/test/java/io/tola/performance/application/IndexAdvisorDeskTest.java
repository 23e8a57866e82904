package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvicePage;
import io.tola.performance.store.IndexWorkbench;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IndexAdvisorDeskTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T04:00:00Z"), ZoneOffset.UTC);

  private static final class Counting extends IndexWorkbench {
    final AtomicInteger runs = new AtomicInteger();
    final CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(0);
    SQLException fault;

    @Override
    public Outcome run(Bounds bounds) throws SQLException {
      runs.incrementAndGet();
      begun.countDown();
      try {
        gate.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (fault != null) {
        throw fault;
      }
      return new Outcome(
          null, JudgedBy.HYPOPG, "hypopg", null, "no statements", 0, List.of(), List.of(), null, 0);
    }
  }

  private final Counting workbench = new Counting();

  private IndexAdvisorDesk desk(Duration keep) {
    return new IndexAdvisorDesk(
        workbench, CLOCK, new IndexWorkbench.Bounds(Duration.ofSeconds(5), 10, 10), keep);
  }

  @Test
  void aResultIsKeptAndARunAfreshReplacesIt() {
    IndexAdvisorDesk desk = desk(Duration.ofMinutes(5));
    IndexAdvicePage first = desk.advise();
    assertThat(desk.advise()).isSameAs(first);
    assertThat(workbench.runs).hasValue(1);
    IndexAdvicePage second = desk.adviseAfresh();
    assertThat(second).isNotSameAs(first);
    assertThat(desk.advise()).isSameAs(second);
    assertThat(workbench.runs).hasValue(2);
  }

  @Test
  void whoAsksDuringARunGetsItsResult() throws Exception {
    workbench.gate = new CountDownLatch(1);
    IndexAdvisorDesk desk = desk(Duration.ofMinutes(5));
    CompletableFuture<IndexAdvicePage> one = CompletableFuture.supplyAsync(desk::advise);
    assertThat(workbench.begun.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<IndexAdvicePage> other = CompletableFuture.supplyAsync(desk::advise);
    workbench.gate.countDown();
    assertThat(other.get(10, TimeUnit.SECONDS)).isSameAs(one.get(10, TimeUnit.SECONDS));
    assertThat(workbench.runs).hasValue(1);
  }

  @Test
  void withoutStatementsItSaysWhyAndAdvisesNothing() {
    IndexAdvisorDesk desk = desk(Duration.ZERO);
    IndexAdvicePage page = desk.advise();
    assertThat(page.statementsMissing()).isEqualTo("no statements");
    assertThat(page.advice()).isEmpty();
    assertThat(page.timestamp()).isEqualTo(CLOCK.instant());
    assertThat(desk.find("0123456789abcdef")).isEmpty();
  }

  @Test
  void aDatabaseThatIsAwayIsAFaultAndTheNextAskerTriesAgain() {
    IndexAdvisorDesk desk = desk(Duration.ofMinutes(5));
    workbench.fault = new SQLException("gone", "08006");
    assertThatThrownBy(desk::advise).isInstanceOf(SqlFault.class);
    workbench.fault = null;
    assertThat(desk.advise().statementsMissing()).isEqualTo("no statements");
    assertThat(workbench.runs).hasValue(2);
  }
}
