package io.tola.trading.api;

import io.tola.kernel.problem.ProblemException;

/** What became of one {@link PlaceOrder}; durable by the time anybody sees it. */
public sealed interface PlaceOutcome {

  /** Stored now, be it filled, resting or rejected. */
  record Placed(OrderView order) implements PlaceOutcome {}

  /** The same order had been stored before; this is how it stands. Nothing changed. */
  record Repeated(OrderView order) implements PlaceOutcome {}

  /**
   * Not stored: unknown symbol or account, a client_order_id that belongs to a different order, or
   * no service. In a batch it fails only its own order.
   */
  record Failed(ProblemException problem) implements PlaceOutcome {}
}
