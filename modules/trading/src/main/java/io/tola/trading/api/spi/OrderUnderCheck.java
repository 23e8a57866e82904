package io.tola.trading.api.spi;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.PlaceOrder;
import java.time.Instant;

/**
 * An order with everything a control may look at: a new one, or one that is to get other terms. In
 * the second case order has the new terms, and account and holding are as if it weren't there.
 *
 * @param openQuantity shares it could still trade: all of a new order, what is left of a replaced one
 * @param quote the current quote, or null when there is none
 * @param worstPrice the worst price it can trade at: its limit, or the market-protection price of a
 *     market order; null when a market order has no quote to be priced by
 * @param cashNeeded cash it would set aside; zero when there is no worst price
 * @param now the batch's time
 */
public record OrderUnderCheck(
    PlaceOrder order,
    Quantity openQuantity,
    Instrument instrument,
    Quote quote,
    SessionPhase phase,
    AccountState account,
    HoldingState holding,
    Price worstPrice,
    Money cashNeeded,
    Instant now) {

  /** Value of what it could still trade, at its worst price; zero when there is none. */
  public Money value() {
    return worstPrice == null ? Money.ZERO : worstPrice.times(openQuantity);
  }
}
