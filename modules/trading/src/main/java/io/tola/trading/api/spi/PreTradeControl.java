package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import java.util.Collection;

/** The risk controls every order passes before it may trade; implemented by risk. */
public interface PreTradeControl {

  /**
   * Prepares the checks of one batch inside the caller's transaction: reads the trading state and
   * the limits as they stand now, on whatever node they were changed.
   */
  PreTradeSession open(Collection<AccountId> accounts);

  /** The controls for one batch. Used by one thread. */
  interface PreTradeSession {

    /** Returns why the order may not trade, or null when it may. Touches no database. */
    Refusal check(OrderUnderCheck order);
  }
}
