package io.tola.kernel;

import io.tola.kernel.problem.InvalidValueException;
import java.util.UUID;

/**
 * The id of a trading account. A type of its own so that an order's id can't be passed for it.
 *
 * @param value a UUID, never null
 */
public record AccountId(UUID value) implements Comparable<AccountId> {

  /**
   * @throws InvalidValueException when null
   */
  public AccountId {
    if (value == null) {
      throw new InvalidValueException("account_id", "is required");
    }
  }

  /**
   * Parses the canonical 36-character form.
   *
   * @throws InvalidValueException when the text is anything else
   */
  public static AccountId parse(String text) {
    return new AccountId(Ids.parse("account_id", text));
  }

  /**
   * Unsigned byte order, the same as PostgreSQL's for {@code uuid}: every node locks accounts in
   * this order, so no two can wait for each other.
   */
  @Override
  public int compareTo(AccountId other) {
    int high =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
