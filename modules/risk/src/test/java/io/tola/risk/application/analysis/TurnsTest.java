package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Long work takes turns. */
class TurnsTest {

  @Test
  void whoseTurnDoesNotComeIsToldWhenToAskAgain() throws Exception {
    Turns turns = new Turns(1, Duration.ofMillis(20));
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<String> first =
          other.submit(
              () ->
                  turns.take(
                      "backtests",
                      () -> {
                        busy.countDown();
                        await(over);
                        return "done";
                      }));
      busy.await();
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class, () -> turns.take("backtests", () -> "never"));
      assertThat(refused.code()).isEqualTo(ProblemCode.UNAVAILABLE);
      assertThat(refused.retryAfter()).contains(Duration.ofSeconds(5));
      over.countDown();
      assertThat(first.get()).isEqualTo("done");
      assertThat(turns.take("backtests", () -> "next")).isEqualTo("next");
    } finally {
      over.countDown();
      other.shutdownNow();
    }
  }

  @Test
  void workThatFailsGivesItsTurnBack() {
    Turns turns = new Turns(1, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  turns.take(
                      "backtests",
                      () -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
    }
    assertThat(turns.take("backtests", () -> 7)).isEqualTo(7);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
