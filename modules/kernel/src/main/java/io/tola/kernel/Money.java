package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;
import java.math.BigDecimal;

/**
 * An amount of Indian rupees, negative allowed, at most four decimals, exact. Nothing in Tola
 * rounds money on its way into a book; rounding happens only where a rule of the market says so.
 *
 * <p>Equal by value, not by scale; two decimals at least are kept.
 *
 * @param value rupees
 */
public record Money(BigDecimal value) implements Comparable<Money> {

  public static final Money ZERO = new Money(new BigDecimal("0.00"));

  /**
   * @throws InvalidValueException when null or finer than four decimals
   */
  public Money {
    if (value == null) {
      throw new InvalidValueException("amount", "is required");
    }
    if (value.scale() != 2) {
      BigDecimal stripped = value.stripTrailingZeros();
      if (stripped.scale() > 4) {
        throw new InvalidValueException("amount", "must have at most four decimals");
      }
      value = stripped.scale() < 2 ? stripped.setScale(2) : stripped;
    }
  }

  public static Money of(String text) {
    return new Money(new BigDecimal(text));
  }

  public Money plus(Money other) {
    return new Money(value.add(other.value));
  }

  public Money minus(Money other) {
    return new Money(value.subtract(other.value));
  }

  public Money negated() {
    return new Money(value.negate());
  }

  public boolean isNegative() {
    return value.signum() < 0;
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  @Override
  public int compareTo(Money other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toPlainString();
  }
}
