package io.tola.performance.domain;

import io.tola.performance.api.TrialFigures;
import io.tola.performance.api.TrialFigures.Method;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Whether an index stays.
 *
 * @param gainPct by how much the time fell, two decimals
 */
public record TrialVerdict(boolean keep, String outcome, String reason, BigDecimal gainPct) {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /**
   * An index stays when it was used, the time fell by the threshold or more, and, where rounds tell
   * the noise, three quarters of those with it were quicker than three quarters of those without.
   */
  public static TrialVerdict of(TrialFigures before, TrialFigures after, BigDecimal thresholdPct) {
    BigDecimal gain =
        before.ms().signum() == 0
            ? BigDecimal.ZERO.setScale(2)
            : before
                .ms()
                .subtract(after.ms())
                .multiply(HUNDRED)
                .divide(before.ms(), 2, RoundingMode.HALF_EVEN);
    String figures =
        before.ms().toPlainString() + " ms a call before, " + after.ms().toPlainString() + " after";
    if (!after.usesIndex()) {
      return new TrialVerdict(
          false, "not_used", "The planner doesn't use the index: " + figures + ".", gain);
    }
    if (gain.compareTo(thresholdPct) < 0) {
      return new TrialVerdict(
          false,
          "gained_too_little",
          figures
              + ": "
              + gain.toPlainString()
              + " % gained, "
              + thresholdPct.toPlainString()
              + " % wanted.",
          gain);
    }
    if (after.method() == Method.REPLAYED && after.highMs().compareTo(before.lowMs()) >= 0) {
      return new TrialVerdict(
          false,
          "within_noise",
          figures
              + ", but the quartiles overlap: "
              + before.lowMs().toPlainString()
              + " ms before, "
              + after.highMs().toPlainString()
              + " after.",
          gain);
    }
    return new TrialVerdict(
        true, "helped", figures + ": " + gain.toPlainString() + " % gained.", gain);
  }
}
