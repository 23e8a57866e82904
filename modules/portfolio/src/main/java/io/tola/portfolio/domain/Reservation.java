package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import java.util.UUID;

/**
 * What one working order has set aside on one position.
 *
 * <p>Its life: made by {@link Position#reserve}, made smaller by fills, ended by the last fill or by
 * {@link Position#release}; all changes are the position's. Ended means: no quantity, no cash.
 *
 * <p>A buy keeps {@code max(quantity × price, cover cash)} blocked. The cover cash is collateral of
 * short shares that this order will close: it stays with the order, because what another order's
 * fill frees may be spent before this one trades. A sale keeps no cash of its own; the margin of
 * sales that go short is pooled on the position.
 *
 * <p>Not thread-safe.
 */
public final class Reservation {

  private final UUID orderId;
  private final Position position;
  private final boolean buy;
  private final Price price;
  private long quantity;
  private long coverQuantity;
  private Money coverCash;
  private boolean stored;
  private boolean changed;

  /**
   * A reservation as the database has it.
   *
   * @param price the worst price the order can trade at
   * @param quantity shares still to trade
   * @param coverQuantity short shares a buy has spoken for
   * @param coverCash collateral that came with them
   */
  public static Reservation stored(
      UUID orderId,
      Position position,
      boolean buy,
      Price price,
      long quantity,
      long coverQuantity,
      Money coverCash) {
    Reservation reservation =
        new Reservation(orderId, position, buy, price, quantity, coverQuantity, coverCash);
    reservation.stored = true;
    reservation.changed = false;
    return reservation;
  }

  Reservation(
      UUID orderId,
      Position position,
      boolean buy,
      Price price,
      long quantity,
      long coverQuantity,
      Money coverCash) {
    this.orderId = orderId;
    this.position = position;
    this.buy = buy;
    this.price = price;
    this.quantity = quantity;
    this.coverQuantity = coverQuantity;
    this.coverCash = coverCash;
    this.changed = true;
  }

  void become(long newQuantity, long newCoverQuantity, Money newCoverCash) {
    quantity = newQuantity;
    coverQuantity = newCoverQuantity;
    coverCash = newCoverCash;
    changed = true;
  }

  /**
   * Takes over the row of an earlier reservation of the same order, ended in the same batch: an
   * order that was changed.
   */
  public void replaces(Reservation earlier) {
    stored = earlier.stored;
  }

  /** Cash blocked for the order. */
  public Money cash() {
    if (!buy) {
      return Money.ZERO;
    }
    Money value = value();
    return value.compareTo(coverCash) >= 0 ? value : coverCash;
  }

  /** What is left of the order, at its worst price. */
  public Money value() {
    return Position.value(quantity, price);
  }

  public boolean ended() {
    return quantity == 0;
  }

  public UUID orderId() {
    return orderId;
  }

  public Position position() {
    return position;
  }

  public boolean buy() {
    return buy;
  }

  public Price price() {
    return price;
  }

  public long quantity() {
    return quantity;
  }

  public long coverQuantity() {
    return coverQuantity;
  }

  public Money coverCash() {
    return coverCash;
  }

  /** Whether the database has a row of it. */
  public boolean isStored() {
    return stored;
  }

  /** Whether anything was changed since it was read or {@link #written}. */
  public boolean changed() {
    return changed;
  }

  /** Says that the database has it as it is now: a row while it works, none when it has ended. */
  public void written() {
    stored = !ended();
    changed = false;
  }
}
