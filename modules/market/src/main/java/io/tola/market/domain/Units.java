package io.tola.market.domain;

import io.tola.kernel.Price;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Prices as whole numbers of 1/10,000 rupee, the finest a {@link Price} can be: exact, and cheap
 * where thousands a second are compared and sorted.
 */
public final class Units {

  /** Units in one rupee. */
  public static final long PER_RUPEE = 10_000;

  private static final int SCALE = 4;

  private Units() {}

  /**
   * @throws ArithmeticException when finer than four decimals
   */
  public static long of(BigDecimal rupees) {
    return rupees.setScale(SCALE, RoundingMode.UNNECESSARY).unscaledValue().longValueExact();
  }

  public static long of(Price price) {
    return of(price.value());
  }

  /**
   * @throws io.tola.kernel.problem.InvalidValueException when not positive or 10⁹ rupees or more
   */
  public static Price price(long units) {
    return new Price(BigDecimal.valueOf(units, SCALE));
  }
}
