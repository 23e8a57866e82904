package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import java.util.Collection;
import java.util.function.Supplier;

/** The risk controls every order passes before it may trade; implemented by risk. */
public interface PreTradeControl {

  /**
   * Prepares the checks of one batch inside the caller's transaction: reads the trading state and
   * the limits as they stand now, on whatever node they were changed.
   *
   * @param trip gets the statement that says whether they changed
   * @return gives the controls; to be asked once, after the trip was sent
   */
  Supplier<PreTradeSession> open(Collection<AccountId> accounts, RoundTrip trip);

  /** The controls for one batch. Used by one thread. */
  interface PreTradeSession {

    /**
     * Returns why the order may not trade, or null when it may. Touches no database. A replace that
     * makes an order larger, in shares or in value, is checked as a new order is.
     */
    Refusal check(OrderUnderCheck order);

    /**
     * Returns why an order may not get terms that make it no larger, neither in shares nor in value:
     * only its form and whether anything may be entered now count, because refusing would leave the
     * larger order working.
     */
    default Refusal checkReduced(OrderUnderCheck order) {
      return check(order);
    }
  }
}
