package io.tola.trading.api.spi;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import java.util.List;

/**
 * A venue that only calculates: the pipeline asks it inside the batch's transaction what trades, so
 * it does no input or output and never waits. Paper is one. Thread-safe.
 *
 * <p>A venue that answers later (a FIX session to an exchange) is a {@link LiveVenue}, a port of its
 * own: nothing that holds this one can reach that one.
 */
public interface ExecutionVenue {

  /** What the venue is called in logs and status. */
  String name();

  /**
   * The worst price an order may trade at: what risk values it by and what it rests at.
   *
   * @param limit the client's limit; null for MARKET and SL-M
   * @param trigger the trigger of SL and SL-M, which SL-M is protected by; null otherwise
   * @param quote the current quote, or null when there is none
   * @return null when the order has neither a limit nor a trigger and there is no quote to protect it
   *     by
   */
  Price worstPrice(
      Side side, OrdType type, Price limit, Price trigger, Instrument instrument, Quote quote);

  /**
   * The fills that one quote gives one working order: at once when it comes in, and again for each
   * later quote while it rests.
   *
   * @param worst never traded beyond
   * @param leaves what is left of the order, positive
   * @return never more than {@code leaves} in sum; empty when nothing trades
   */
  List<VenueFill> match(
      Side side, Price worst, Quantity leaves, Instrument instrument, Quote quote);

  /**
   * Shares that traded.
   *
   * @param quantity LastQty, positive
   * @param price LastPx
   */
  record VenueFill(Quantity quantity, Price price) {}
}
