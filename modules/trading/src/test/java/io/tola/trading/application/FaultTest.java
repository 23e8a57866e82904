package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.trading.store.StoreFault;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {

  @ParameterizedTest
  @CsvSource({
    "08001, DATABASE_DOWN", // connection refused
    "08006, DATABASE_DOWN", // connection broke
    "57P01, DATABASE_DOWN", // server is shutting down
    "57P03, DATABASE_DOWN", // server is starting
    "53300, DATABASE_DOWN", // too many connections
    "58030, DATABASE_DOWN", // disk error
    "25006, DATABASE_DOWN", // standby
    "55P03, CONTENDED", // lock timeout
    "57014, CONTENDED", // statement timeout
    "40001, CONTENDED", // serialization failure
    "40P01, CONTENDED", // deadlock
    "23505, DEFECT", // unique violation
    "23514, DEFECT", // check violation
    "22003, DEFECT", // number out of range
    "42501, DEFECT", // no right
  })
  void kindOfFaultFollowsTheSqlState(String state, Fault fault) {
    RuntimeException wrapped =
        new RuntimeException(new StoreFault("writing", new SQLException("message", state)));
    assertThat(Fault.of(wrapped)).isEqualTo(fault);
    assertThat(Fault.of(new Transactions.CommitFault(new SQLException("message", state))))
        .isEqualTo(fault);
  }

  @Test
  void poolWithoutAConnectionIsNobodysDefect() {
    assertThat(Fault.of(new SQLTransientConnectionException("timed out waiting")))
        .isEqualTo(Fault.DATABASE_DOWN);
  }

  @Test
  void commitWithoutAnAnswerIsTheDatabasesFault() {
    assertThat(Fault.of(new Transactions.CommitFault(new IllegalStateException("gone"))))
        .isEqualTo(Fault.DATABASE_DOWN);
  }

  @Test
  void anythingElseIsADefect() {
    assertThat(Fault.of(new NullPointerException())).isEqualTo(Fault.DEFECT);
    RuntimeException circle = new RuntimeException("a");
    circle.initCause(new RuntimeException("b", circle));
    assertThat(Fault.of(circle)).isEqualTo(Fault.DEFECT);
  }
}
