package io.tola.risk.application.analysis;

import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Estimates as the contract says them: decimals, rounded half even, and never NaN. */
final class Rounded {

  private Rounded() {}

  /** Rupees to the paisa; null for what isn't there (NaN). */
  static Money rupees(double value) {
    return Double.isNaN(value) ? null : new Money(decimal(value, 2));
  }

  /** So many decimals; null for what isn't there (NaN). */
  static BigDecimal decimal(double value, int decimals) {
    // By way of its shortest text, which is the double that was meant.
    return Double.isNaN(value)
        ? null
        : new BigDecimal(Double.toString(value)).setScale(decimals, RoundingMode.HALF_EVEN);
  }
}
