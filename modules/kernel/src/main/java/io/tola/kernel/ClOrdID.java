package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;

/**
 * The client's own id of an order (FIX tag 11), unique per account for ever: the key that makes
 * placing an order idempotent.
 *
 * <p>1 to 64 printable ASCII characters without spaces. Compared byte for byte; {@code a} and
 * {@code A} are two orders.
 *
 * @param value the id as the client sent it
 */
public record ClOrdID(String value) {

  /** Longest id taken, in characters. */
  public static final int MAX_LENGTH = 64;

  /**
   * @throws InvalidValueException when empty, too long, or not printable ASCII
   */
  public ClOrdID {
    if (value == null || value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new InvalidValueException("client_order_id", "must have 1 to 64 characters");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~') {
        throw new InvalidValueException(
            "client_order_id", "may hold only printable ASCII characters without spaces");
      }
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
