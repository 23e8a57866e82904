package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.sql.RoundTrip;
import io.tola.trading.api.Side;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The locked accounts of one batch. Changes are made in memory, seen by the next order of the
 * batch, and written by {@link #flush} in a few statements. Used by one thread; dead after the
 * transaction.
 */
public interface BookSession {

  /** The account now, or empty when there is none. */
  Optional<AccountState> account(AccountId accountId);

  /** The position now; zero when there is none. */
  HoldingState holding(HoldingKey key);

  /** Counts an order against the account's pace; call it once for each new order, before the check. */
  void countOrder(AccountId accountId, Instant now);

  /** The next number of the account's report sequence. */
  long nextSequence(AccountId accountId);

  /**
   * Cash that an order would have to set aside: the full value for a buy, nothing for a sale of
   * shares held, the full value of the part of a sale that goes short; less what closing a short
   * position frees.
   *
   * @param worstPrice the worst price the order can trade at
   */
  Money cashNeeded(HoldingKey key, Side side, Quantity quantity, Price worstPrice);

  /** Sets cash or shares aside for a working order. */
  void reserve(UUID orderId, HoldingKey key, Side side, Quantity quantity, Price worstPrice);

  /** Books a fill: uses the order's reservation, moves cash, changes the position and its lots. */
  void fill(Fill fill);

  /** Frees what is still set aside for an order that no longer works. */
  void release(UUID orderId);

  /**
   * Takes back what a working order has set aside, so that it can be judged with other terms: until
   * {@link #reserve} or {@link #putBack} follows, account and holding are as if the order weren't
   * there. Nothing else may be done with the account in between.
   */
  void lift(UUID orderId);

  /** Undoes {@link #lift}: the order works on as it was, to the paisa. */
  void putBack(UUID orderId);

  /** Adds to the trip whatever has to be written; it is, when the trip was sent. */
  void flush(RoundTrip trip);
}
