package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.time.Instant;

/**
 * An account as a reader sees it.
 *
 * @param name what people call it, unique: {@code trader1}
 * @param open false when it may not trade
 * @param settledCash all cash of the account
 * @param blockedCash the part set aside for working orders and short positions
 */
public record AccountView(
    AccountId accountId,
    String name,
    boolean open,
    Money settledCash,
    Money blockedCash,
    Instant updatedAt) {

  /** What may still be spent. */
  public Money availableCash() {
    return settledCash.minus(blockedCash);
  }
}
