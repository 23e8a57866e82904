package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import io.tola.trading.api.Product;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Cash and positions, kept by portfolio. */
public interface AccountBook {

  /**
   * Locks the accounts ({@code FOR NO KEY UPDATE}, in {@link AccountId} order) inside the caller's
   * transaction and loads what a batch needs, so that any number of nodes may work on the same
   * account.
   *
   * @param accounts every account the batch touches; unknown ones are simply not there
   * @param holdings every position the batch touches
   * @param restingOrders orders of earlier batches whose reservations the batch may fill or release
   * @param trip gets the statements; those added after them see what is locked here
   * @return gives the session; to be asked once, after the trip was sent
   */
  Supplier<BookSession> open(
      Collection<AccountId> accounts,
      Collection<HoldingKey> holdings,
      Collection<UUID> restingOrders,
      RoundTrip trip);

  /**
   * The next positions of a product that hold or owe shares, of all accounts, in a fixed order. Locks
   * nothing: a hint for work that looks again under the lock.
   *
   * @param after the last one of the call before; null for the first
   * @return fewer than {@code most} only when there are no more
   */
  List<HoldingKey> openHoldings(Product product, HoldingKey after, int most);
}
