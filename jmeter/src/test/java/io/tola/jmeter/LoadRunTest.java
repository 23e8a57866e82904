package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadRunTest {

  @Test
  void aRunThatFailedIsNoBaselineButIsCompared() {
    Outcome passed = SummaryPageTest.outcome(SummaryPageTest.reconciliation(List.of()));
    Outcome failed = SummaryPageTest.outcome(SummaryPageTest.reconciliation(List.of("lost")));
    List<Outcome> both = List.of(passed, failed);
    assertThat(LoadRun.fitFor(Settings.Keep.SAVE, both)).containsExactly(passed);
    assertThat(LoadRun.fitFor(Settings.Keep.ADD, both)).containsExactly(passed);
    assertThat(LoadRun.fitFor(Settings.Keep.COMPARE, both)).isEqualTo(both);
  }
}
