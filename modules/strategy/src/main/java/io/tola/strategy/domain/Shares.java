package io.tola.strategy.domain;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Quotients for confidences and sentences. */
final class Shares {

  private static final int SHOWN = 4;

  private Shares() {}

  /** {@code part / whole}; 1 when the whole is zero, because then any part is more than all of it. */
  static BigDecimal of(BigDecimal part, BigDecimal whole) {
    return whole.signum() == 0 ? BigDecimal.ONE : part.divide(whole, MathContext.DECIMAL64);
  }

  /** A number as a sentence shows it: at most four decimals. */
  static String shown(BigDecimal value) {
    BigDecimal stripped = value.setScale(SHOWN, RoundingMode.HALF_UP).stripTrailingZeros();
    return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
  }
}
