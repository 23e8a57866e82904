package io.tola.risk.domain;

import io.tola.risk.api.GuardLevel;
import java.math.BigDecimal;

/**
 * From which value on a guard warns and acts.
 *
 * <p>A level that is reached is left only when the value falls a tenth below its threshold, so that a
 * value that trembles around it makes one alert and not a hundred.
 *
 * @param warning per cent, above 0
 * @param critical per cent, at least {@code warning}
 */
public record GuardThreshold(BigDecimal warning, BigDecimal critical) {

  private static final BigDecimal LEFT_BELOW = new BigDecimal("0.9");

  /**
   * @throws IllegalArgumentException when the two don't rise
   */
  public GuardThreshold {
    if (warning.signum() <= 0 || critical.compareTo(warning) < 0) {
      throw new IllegalArgumentException(
          "a guard's thresholds must be above 0 and rise, not " + warning + " and " + critical);
    }
  }

  /** The level of a value, for a guard that is at another one now. */
  public GuardLevel level(BigDecimal value, GuardLevel now) {
    if (reached(value, critical, now == GuardLevel.CRITICAL)) {
      return GuardLevel.CRITICAL;
    }
    return reached(value, warning, now != GuardLevel.NORMAL)
        ? GuardLevel.WARNING
        : GuardLevel.NORMAL;
  }

  private static boolean reached(BigDecimal value, BigDecimal threshold, boolean already) {
    return value.compareTo(already ? threshold.multiply(LEFT_BELOW) : threshold) >= 0;
  }
}
