package io.tola.strategy.api.spi;

import io.tola.strategy.api.Direction;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What to do, how surely, and why.
 *
 * @param confidence 0 to 1, six decimals; 0 for HOLD unless a model is sure of doing nothing
 * @param reason one sentence with the figures, at most 500 characters
 */
public record Decision(Direction direction, BigDecimal confidence, String reason) {

  private static final int DECIMALS = 6;
  private static final int LONGEST = 500;

  /** Rounds half up, and holds the confidence within 0 and 1. */
  public Decision {
    confidence =
        confidence
            .max(BigDecimal.ZERO)
            .min(BigDecimal.ONE)
            .setScale(DECIMALS, RoundingMode.HALF_UP);
    if (reason.length() > LONGEST) {
      reason = reason.substring(0, LONGEST);
    }
  }

  /** Do nothing. */
  public static Decision hold(String reason) {
    return new Decision(Direction.HOLD, BigDecimal.ZERO, reason);
  }
}
