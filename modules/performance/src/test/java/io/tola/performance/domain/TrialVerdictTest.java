package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.TrialFigures;
import io.tola.performance.api.TrialFigures.Method;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrialVerdictTest {

  private static TrialFigures figures(
      String low, String ms, String high, Method method, boolean uses) {
    return new TrialFigures(
        method,
        null,
        1,
        0,
        9,
        new BigDecimal(ms),
        low == null ? null : new BigDecimal(low),
        high == null ? null : new BigDecimal(high),
        BigDecimal.TEN,
        uses);
  }

  private static TrialVerdict verdict(TrialFigures before, TrialFigures after) {
    return TrialVerdict.of(before, after, BigDecimal.TEN);
  }

  @Test
  void anIndexThatIsUsedAndGainsEnoughStays() {
    TrialVerdict verdict =
        verdict(
            figures("9.5", "10.000", "11", Method.REPLAYED, false),
            figures("8", "9.000", "9.4", Method.REPLAYED, true));
    assertThat(verdict.keep()).as(verdict.reason()).isTrue();
    assertThat(verdict.gainPct()).isEqualByComparingTo("10");
  }

  @Test
  void aGainBelowTheThresholdIsTooLittle() {
    assertThat(
            verdict(
                    figures("9.5", "10.000", "11", Method.REPLAYED, false),
                    figures("8", "9.001", "9.4", Method.REPLAYED, true))
                .outcome())
        .isEqualTo("gained_too_little");
  }

  @Test
  void aGainWithoutTheIndexInThePlanIsChance() {
    assertThat(
            verdict(
                    figures("9", "10", "11", Method.REPLAYED, false),
                    figures("1", "1", "1", Method.REPLAYED, false))
                .outcome())
        .isEqualTo("not_used");
  }

  @Test
  void roundsThatScatterMoreThanTheyGainTellNothing() {
    assertThat(
            verdict(
                    figures("5", "10", "30", Method.REPLAYED, false),
                    figures("2", "4", "6", Method.REPLAYED, true))
                .outcome())
        .isEqualTo("within_noise");
  }

  @Test
  void whatWasObservedHasNoRounds() {
    assertThat(
            verdict(
                    figures(null, "10", null, Method.OBSERVED, false),
                    figures(null, "4", null, Method.OBSERVED, true))
                .keep())
        .isTrue();
  }

  @Test
  void statementsThatTookNoTimeGainNone() {
    assertThat(
            verdict(
                    figures("0", "0.000", "0", Method.REPLAYED, false),
                    figures("0", "0.000", "0", Method.REPLAYED, true))
                .gainPct())
        .isEqualByComparingTo("0");
  }

  @Property
  void quartilesHoldThreeQuartersOfTheRounds(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1e6) Double> rounds) {
    TrialRounds all = TrialRounds.of(rounds);
    assertThat(all.low()).isLessThanOrEqualTo(all.median());
    assertThat(all.median()).isLessThanOrEqualTo(all.high());
    long above = rounds.stream().filter(r -> r >= all.low()).count();
    long below = rounds.stream().filter(r -> r <= all.high()).count();
    assertThat(4 * above).isGreaterThanOrEqualTo(3L * rounds.size());
    assertThat(4 * below).isGreaterThanOrEqualTo(3L * rounds.size());
  }
}
