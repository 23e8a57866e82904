package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;

/**
 * A locked account as it stands at this point of the batch.
 *
 * @param open false when the account may not trade
 * @param settledCash all cash of the account
 * @param blockedCash the part set aside for working orders and short positions
 * @param openOrderValue value of what is left of all working orders, both sides, at their prices
 * @param ordersThisSecond orders counted in the current second of the clock, the one being checked
 *     included
 */
public record AccountState(
    AccountId accountId,
    boolean open,
    Money settledCash,
    Money blockedCash,
    Money openOrderValue,
    int ordersThisSecond) {

  /** What may still be spent. */
  public Money availableCash() {
    return settledCash.minus(blockedCash);
  }
}
