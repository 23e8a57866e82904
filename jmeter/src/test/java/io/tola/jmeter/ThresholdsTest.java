package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

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
          OptionalDouble.of(60));

  @Test
  void whatJustKeepsToAThresholdPasses() {
    assertThat(ALL.judge(1000, 200, 500, 0.1, OptionalDouble.of(80), OptionalDouble.of(60)))
        .hasSize(6)
        .allMatch(Thresholds.Verdict::passed);
  }

  @Test
  void eachThatIsMissedFailsAlone() {
    assertThat(ALL.judge(999, 200, 500, 0.1, OptionalDouble.of(80), OptionalDouble.of(60)))
        .filteredOn(v -> !v.passed())
        .extracting(Thresholds.Verdict::what)
        .containsExactly("requests a second");
    assertThat(ALL.judge(1000, 201, 500, 0.1, OptionalDouble.of(80), OptionalDouble.of(60)))
        .filteredOn(v -> !v.passed())
        .extracting(Thresholds.Verdict::what)
        .containsExactly("95th percentile");
    assertThat(ALL.judge(1000, 200, 500, 0.11, OptionalDouble.of(80), OptionalDouble.of(60)))
        .filteredOn(v -> !v.passed())
        .extracting(Thresholds.Verdict::what)
        .containsExactly("errors");
  }

  @Test
  void aFigureThatIsNotKnownFails() {
    assertThat(ALL.judge(1000, 1, 1, 0, OptionalDouble.empty(), OptionalDouble.empty()))
        .filteredOn(v -> !v.passed())
        .extracting(Thresholds.Verdict::what)
        .containsExactly("cache hits", "recovery after the wave");
  }

  @Test
  void whatNobodyAskedIsNotJudged() {
    assertThat(
            Thresholds.NONE.judge(0, 1e9, 1e9, 100, OptionalDouble.empty(), OptionalDouble.empty()))
        .isEmpty();
  }
}
