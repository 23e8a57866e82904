package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A price per share in rupees: positive, at most four decimals, below 10⁹. Exact decimal, because
 * a tick of 0.05 has no binary form.
 *
 * <p>Equal by value, not by scale: {@code 10.5} equals {@code 10.50}. Two decimals at least are
 * kept, so that a price prints as it is quoted.
 *
 * @param value rupees a share
 */
public record Price(BigDecimal value) implements Comparable<Price> {

  private static final BigDecimal LIMIT = new BigDecimal("1000000000");

  /**
   * @throws InvalidValueException when null, not positive, 10⁹ or more, or finer than four decimals
   */
  public Price {
    if (value == null) {
      throw new InvalidValueException("price", "is required");
    }
    if (value.signum() <= 0 || value.compareTo(LIMIT) >= 0) {
      throw new InvalidValueException("price", "must be above 0 and below " + LIMIT);
    }
    if (value.scale() != 2) {
      BigDecimal stripped = value.stripTrailingZeros();
      if (stripped.scale() > 4) {
        throw new InvalidValueException("price", "must have at most four decimals");
      }
      value = stripped.scale() < 2 ? stripped.setScale(2) : stripped;
    }
  }

  public static Price of(String text) {
    return new Price(new BigDecimal(text));
  }

  /** The value of {@code quantity} shares at this price, exact. */
  public Money times(Quantity quantity) {
    return new Money(value.multiply(BigDecimal.valueOf(quantity.value())));
  }

  /** Whether this price is a whole number of ticks. */
  public boolean isOnGrid(BigDecimal tick) {
    return value.remainder(tick).signum() == 0;
  }

  /** The nearest price on the tick grid, rounded as told; never below one tick. */
  public static Price onGrid(BigDecimal raw, BigDecimal tick, RoundingMode rounding) {
    BigDecimal ticks = raw.divide(tick, 0, rounding).max(BigDecimal.ONE);
    return new Price(ticks.multiply(tick));
  }

  @Override
  public int compareTo(Price other) {
    return value.compareTo(other.value);
  }

  public boolean isAbove(Price other) {
    return compareTo(other) > 0;
  }

  public boolean isBelow(Price other) {
    return compareTo(other) < 0;
  }

  @Override
  public String toString() {
    return value.toPlainString();
  }
}
