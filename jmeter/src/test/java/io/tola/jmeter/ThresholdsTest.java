package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ThresholdsTest {

  private static final Thresholds ALL =
      new Thresholds(
          OptionalDouble.of(1000),
          OptionalDouble.of(200),
          OptionalDouble.of(500),
          OptionalDouble.of(0.1),
          OptionalDouble.of(80),
          OptionalDouble.of(500),
          OptionalDouble.of(50),
          OptionalDouble.of(60));

  @Test
  void whatJustKeepsToAThresholdPasses() {
    assertThat(ALL.judge(measured(1000, 200, 0.1, 500, 50)))
        .hasSize(9)
        .allMatch(Thresholds.Verdict::passed);
  }

  @Test
  void eachThatIsMissedFailsAlone() {
    assertThat(failed(measured(999, 200, 0.1, 500, 50))).containsExactly("requests a second");
    assertThat(failed(measured(1000, 201, 0.1, 500, 50))).containsExactly("95th percentile");
    assertThat(failed(measured(1000, 200, 0.11, 500, 50))).containsExactly("errors");
    assertThat(failed(measured(1000, 200, 0.1, 499, 50))).containsExactly("users held");
    assertThat(failed(measured(1000, 200, 0.1, 500, 51)))
        .containsExactly(
            "database statement, mean",
            "database statement, 95th percentile of the node's last 24 hours");
  }

  @Test
  void aFigureThatIsNotKnownFails() {
    OptionalDouble none = OptionalDouble.empty();
    assertThat(failed(new Thresholds.Measured(1000, 1, 1, 0, none, none, none, none, none)))
        .containsExactly(
            "cache hits",
            "users held",
            "database statement, mean",
            "database statement, 95th percentile of the node's last 24 hours",
            "recovery after the wave");
  }

  @Test
  void whatNobodyAskedIsNotJudged() {
    assertThat(Thresholds.NONE.judge(measured(0, 1e9, 100, 0, 1e9))).isEmpty();
  }

  private static List<String> failed(Thresholds.Measured measured) {
    return ALL.judge(measured).stream()
        .filter(v -> !v.passed())
        .map(Thresholds.Verdict::what)
        .toList();
  }

  private static Thresholds.Measured measured(
      double perSecond, double p95, double errorPct, double users, double db) {
    return new Thresholds.Measured(
        perSecond,
        p95,
        500,
        errorPct,
        OptionalDouble.of(80),
        OptionalDouble.of(users),
        OptionalDouble.of(db),
        OptionalDouble.of(db),
        OptionalDouble.of(60));
  }
}
