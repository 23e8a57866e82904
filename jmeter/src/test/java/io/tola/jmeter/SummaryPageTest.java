package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SummaryPageTest {

  private static final Scenario BASELINE =
      Scenarios.read(Path.of("scenarios.json")).chosen("baseline").get(0);

  @Test
  void thePageNeedsNothingFromElsewhereAndShowsWhatFailed() {
    String page =
        SummaryPage.of(List.of(outcome(reconciliation(List.of("c-1")))), Map.of("target", "here"));
    assertThat(page)
        .contains("<svg")
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("<script");
    assertThat(page).contains("1 missing").contains("class=\"fail\"");
  }

  @Test
  void whatTheServerSaidIsTextAndNotMarkup() {
    assertThat(SummaryPage.of(List.of(outcome(null)), Map.of()))
        .contains("&lt;script&gt;")
        .doesNotContain("<script>");
  }

  @Test
  void aRunWithAMissingOrderDoesNotPassWhateverItsSpeed() {
    assertThat(outcome(reconciliation(List.of())).passed()).isTrue();
    assertThat(outcome(reconciliation(List.of("c-1"))).passed()).isFalse();
  }

  static Reconciliation reconciliation(List<String> missing) {
    return new Reconciliation(2, missing, List.of(), List.of(), List.of(), 0, 0, 0);
  }

  static Outcome outcome(Reconciliation reconciliation) {
    Figures f = new Figures(0, 10_000, 0);
    f.add(new Sample(1000, 5, "GET /x", "200", true, "", "T 1-1", 1, Map.of()));
    f.add(new Sample(9000, 5, "GET /<script>", "500", false, "<script>", "T 1-1", 1, Map.of()));
    return new Outcome(
        BASELINE,
        "lt1",
        Instant.EPOCH,
        f,
        List.of(),
        0,
        reconciliation,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        List.of(),
        List.of(),
        "baseline");
  }
}
