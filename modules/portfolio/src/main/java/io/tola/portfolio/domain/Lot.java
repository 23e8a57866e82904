package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import java.time.Instant;
import java.util.UUID;

/**
 * Shares that one execution bought or sold short, as far as they are not closed.
 *
 * @param number its place in the position's queue
 * @param lotId the execution that opened it
 * @param quantity shares left, negative when short, never zero
 */
public record Lot(long number, UUID lotId, long quantity, Price price, Instant openedAt) {

  /** Its cost, negative when short. */
  public Money cost() {
    return Position.value(quantity, price);
  }

  Lot withQuantity(long newQuantity) {
    return new Lot(number, lotId, newQuantity, price, openedAt);
  }

  Lot withNumber(long newNumber) {
    return new Lot(newNumber, lotId, quantity, price, openedAt);
  }
}
