package io.tola.trading.api.spi;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import java.util.List;

/**
 * Where accepted orders trade. The pipeline asks it inside the batch's transaction, so it only
 * calculates: no input or output, no waiting. Thread-safe.
 *
 * <p>A venue that answers later (a FIX session) returns no fills here, sends the order after the
 * commit, and brings its reports back through the pipeline as commands of their own.
 */
public interface ExecutionVenue {

  /** What the venue is called in logs and status. */
  String name();

  /**
   * The worst price an order may trade at: what risk values it by and what it rests at.
   *
   * @param limit the client's limit; null for MARKET
   * @param quote the current quote, or null when there is none
   * @return null when the order has no limit and there is no quote to protect it by
   */
  Price worstPrice(Side side, OrdType type, Price limit, Instrument instrument, Quote quote);

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
