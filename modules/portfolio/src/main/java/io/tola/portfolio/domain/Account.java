package io.tola.portfolio.domain;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.time.Instant;

/**
 * One account's cash, its order pace and its report numbers, while its row is locked.
 *
 * <p>Its life: opened once with its first cash, then changed only by {@link Position}s on behalf of
 * orders. What always holds: {@code 0 <= blocked <= settled}. Blocked cash is the sum of what
 * working buys have set aside, the collateral of short shares and the margin of working short
 * sales, to the paisa; nothing else blocks cash. A change that would break this is a defect of the
 * caller (the pre-trade check asks {@link Position#cashNeeded} first) and throws.
 *
 * <p>Not thread-safe.
 */
public final class Account {

  private final AccountId id;
  private final boolean open;
  private Money settledCash;
  private Money blockedCash;
  private Money openOrderValue;
  private long paceSecond;
  private int paceCount;
  private long eventSequence;
  private boolean changed;

  public Account(
      AccountId id,
      boolean open,
      Money settledCash,
      Money blockedCash,
      Money openOrderValue,
      long paceSecond,
      int paceCount,
      long eventSequence) {
    this.id = id;
    this.open = open;
    this.settledCash = settledCash;
    this.blockedCash = blockedCash;
    this.openOrderValue = openOrderValue;
    this.paceSecond = paceSecond;
    this.paceCount = paceCount;
    this.eventSequence = eventSequence;
  }

  /**
   * Counts an order in the second of {@code now}. A clock behind the one that counted last (another
   * node's) counts in that later second, so that a skew never starts a fresh count.
   */
  public void countOrder(Instant now) {
    long second = now.getEpochSecond();
    if (second > paceSecond) {
      paceSecond = second;
      paceCount = 0;
    }
    paceCount++;
    changed = true;
  }

  /** The next report number: 1, 2, 3, … without gaps over all committed batches. */
  public long nextSequence() {
    changed = true;
    return ++eventSequence;
  }

  /**
   * Moves cash.
   *
   * @param settled added to the settled cash, may be negative
   * @param blocked added to the blocked cash, may be negative
   * @param openOrders added to the value of working orders, may be negative
   * @throws IllegalStateException when less than nothing would be blocked or available; nothing is
   *     changed then
   */
  void move(Money settled, Money blocked, Money openOrders) {
    Money newSettled = settledCash.plus(settled);
    Money newBlocked = blockedCash.plus(blocked);
    Money newOpenOrderValue = openOrderValue.plus(openOrders);
    if (newBlocked.isNegative()
        || newBlocked.compareTo(newSettled) > 0
        || newOpenOrderValue.isNegative()) {
      throw new IllegalStateException(
          "account "
              + id
              + " would have settled "
              + newSettled
              + ", blocked "
              + newBlocked
              + ", open order value "
              + newOpenOrderValue);
    }
    settledCash = newSettled;
    blockedCash = newBlocked;
    openOrderValue = newOpenOrderValue;
    changed = true;
  }

  public AccountId id() {
    return id;
  }

  public boolean open() {
    return open;
  }

  public Money settledCash() {
    return settledCash;
  }

  public Money blockedCash() {
    return blockedCash;
  }

  public Money availableCash() {
    return settledCash.minus(blockedCash);
  }

  public Money openOrderValue() {
    return openOrderValue;
  }

  public long paceSecond() {
    return paceSecond;
  }

  public int paceCount() {
    return paceCount;
  }

  public long eventSequence() {
    return eventSequence;
  }

  /** Whether anything was changed since it was read or {@link #stored}. */
  public boolean changed() {
    return changed;
  }

  /** Says that the database has it as it is now. */
  public void stored() {
    changed = false;
  }
}
