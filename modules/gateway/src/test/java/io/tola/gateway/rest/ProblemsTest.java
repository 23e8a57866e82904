package io.tola.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProblemsTest {

  @Test
  void aProblemIsFoundUnderWhateverTheContainerWrapsItIn() {
    Throwable wrapped =
        new RuntimeException(
            "EJB", new IllegalStateException(new ProblemException(ProblemCode.NO_QUOTE, "none")));
    assertThat(Problems.problem(wrapped, "r").code()).isEqualTo(ProblemCode.NO_QUOTE);
  }

  @Test
  void aDatabaseThatIsAwayIsNoService() {
    for (SQLException away :
        new SQLException[] {
          new SQLException("refused", "08001"),
          new SQLException("broken", "08006"),
          new SQLException("shutting down", "57P01"),
          new SQLException("too many", "53300"),
          new SQLException("standby", "25006"),
          new SQLTransientConnectionException("pool")
        }) {
      ProblemException problem = Problems.problem(new RuntimeException(away), "r");
      assertThat(problem.code()).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
      assertThat(problem.retryAfter()).isPresent();
    }
  }

  @Test
  void aLockThatIsNotHadInTimeIsToBeAskedForAgainAndNoDefect() {
    ProblemException problem =
        Problems.problem(new RuntimeException(new SQLException("lock timeout", "55P03")), "r");
    assertThat(problem.code()).isEqualTo(ProblemCode.UNAVAILABLE);
    assertThat(problem.code().status()).isEqualTo(503);
    assertThat(problem.retryAfter()).isPresent();
  }

  @Test
  void onlyAPartThatIsAwayCountsAsNoService() {
    assertThat(Problems.isNoService(new RuntimeException(new SQLException("refused", "08001"))))
        .isTrue();
    assertThat(Problems.isNoService(new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away")))
        .isTrue();
    assertThat(Problems.isNoService(new ProblemException(ProblemCode.FORBIDDEN, "no"))).isFalse();
    assertThat(Problems.isNoService(new IllegalStateException("defect"))).isFalse();
  }

  @Test
  void whatNobodyForesawSaysNothingOfItself() {
    ProblemException problem =
        Problems.problem(
            new IllegalStateException("secret detail", new SQLException("column", "42703")), "r");
    assertThat(problem.code()).isEqualTo(ProblemCode.INTERNAL);
    assertThat(problem.getMessage()).doesNotContain("secret", "column");
  }

  @Test
  void aCircleOfCausesEnds() {
    Exception one = new Exception("one");
    Exception two = new Exception("two", one);
    one.initCause(two);
    assertThat(Problems.problem(one, "r").code()).isEqualTo(ProblemCode.INTERNAL);
  }

  @Test
  void aRefusedValueNamesItsField() {
    ProblemException problem =
        Problems.problem(new InvalidValueException("symbol", "is wrong"), "r");
    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PARAMETER);
    assertThat(problem.errors().get(0).field()).isEqualTo("symbol");
  }

  @Test
  void retryAfterIsRoundedUpToSeconds() {
    assertThat(Problems.seconds(Duration.ofNanos(1))).isEqualTo(1);
    assertThat(Problems.seconds(Duration.ofMillis(1_001))).isEqualTo(2);
    assertThat(Problems.seconds(Duration.ofSeconds(5))).isEqualTo(5);
  }
}
