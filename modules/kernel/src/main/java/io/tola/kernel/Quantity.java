package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;

/**
 * A number of shares: whole, 0 to 10⁹. Cash equities have no fractions, and a {@code long} can't be
 * mistaken for a price.
 *
 * @param value shares
 */
public record Quantity(long value) implements Comparable<Quantity> {

  /** The most a single quantity can be. */
  public static final long MAX = 1_000_000_000L;

  public static final Quantity ZERO = new Quantity(0);

  /**
   * @throws InvalidValueException when negative or above {@link #MAX}
   */
  public Quantity {
    if (value < 0 || value > MAX) {
      throw new InvalidValueException("quantity", "must be from 0 to " + MAX);
    }
  }

  public static Quantity of(long value) {
    return value == 0 ? ZERO : new Quantity(value);
  }

  public boolean isZero() {
    return value == 0;
  }

  public boolean isPositive() {
    return value > 0;
  }

  public Quantity plus(Quantity other) {
    return of(value + other.value);
  }

  /**
   * @throws InvalidValueException when {@code other} is the larger
   */
  public Quantity minus(Quantity other) {
    return of(value - other.value);
  }

  public Quantity min(Quantity other) {
    return value <= other.value ? this : other;
  }

  @Override
  public int compareTo(Quantity other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
