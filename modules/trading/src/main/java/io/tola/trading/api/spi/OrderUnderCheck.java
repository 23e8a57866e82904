package io.tola.trading.api.spi;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.PlaceOrder;
import java.time.Instant;

/**
 * An order with everything a control may look at.
 *
 * @param quote the current quote, or null when there is none
 * @param worstPrice the worst price it can trade at: its limit, or the market-protection price of a
 *     market order; null when a market order has no quote to be priced by
 * @param cashNeeded cash it would set aside; zero when there is no worst price
 * @param now the batch's time
 */
public record OrderUnderCheck(
    PlaceOrder order,
    Instrument instrument,
    Quote quote,
    SessionPhase phase,
    AccountState account,
    HoldingState holding,
    Price worstPrice,
    Money cashNeeded,
    Instant now) {

  /** Value of the whole order at its worst price; zero when there is none. */
  public Money value() {
    return worstPrice == null ? Money.ZERO : worstPrice.times(order.quantity());
  }
}
