package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EquityPeakTest {

  private static final Instant NOW = Instant.parse("2026-11-20T04:00:00Z");

  @Test
  void lossIsOfThePeaksEquity() {
    EquityPeak peak = EquityPeak.first(rupees(0), NOW).seen(rupees(200), NOW.plusSeconds(1));
    assertThat(peak.at()).isEqualTo(NOW.plusSeconds(1));
    assertThat(peak.drawdown(rupees(80), rupees(1_000))).isEqualByComparingTo("10");
  }

  @Test
  void accountThatBeginsWithALossFellFromWhatWasPaidIn() {
    assertThat(EquityPeak.first(rupees(-50), NOW).drawdown(rupees(-50), rupees(1_000)))
        .isEqualByComparingTo("5");
  }

  @Test
  void cashPaidInOrOutIsNeitherPeakNorLoss() {
    EquityPeak peak = EquityPeak.first(rupees(100), NOW);
    assertThat(peak.seen(rupees(100), NOW.plusSeconds(1))).isEqualTo(peak);
    assertThat(peak.drawdown(rupees(100), rupees(1))).isZero();
    assertThat(peak.drawdown(rupees(100), rupees(1_000_000))).isZero();
  }

  @Test
  void moreCantBeLostThanThereWas() {
    EquityPeak peak = EquityPeak.first(rupees(0), NOW);
    assertThat(peak.drawdown(rupees(-5_000), rupees(1_000))).isEqualByComparingTo("100");
    assertThat(peak.drawdown(rupees(-1), rupees(0))).isEqualByComparingTo("100");
  }

  /** Against the definition: the deepest fall below the running maximum of the equity curve. */
  @Property
  void drawdownIsTheFallBelowTheRunningMaximum(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = -900, max = 10_000) Integer> curve) {
    BigDecimal funded = rupees(1_000);
    EquityPeak peak = null;
    int highest = 0;
    for (int pnl : curve) {
      highest = Math.max(highest, pnl);
      peak =
          peak == null
              ? EquityPeak.first(rupees(pnl), NOW)
              : peak.seen(rupees(pnl), NOW.plusSeconds(1));
      BigDecimal expected =
          rupees(100L * (highest - pnl)).divide(rupees(1_000L + highest), 4, RoundingMode.HALF_UP);
      assertThat(peak.drawdown(rupees(pnl), funded))
          .isEqualByComparingTo(expected)
          .isBetween(BigDecimal.ZERO, rupees(100));
    }
  }

  private static BigDecimal rupees(long amount) {
    return BigDecimal.valueOf(amount);
  }
}
