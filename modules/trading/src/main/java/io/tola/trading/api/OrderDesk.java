package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Page;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * The one way in for orders, whatever the door. Thread-safe.
 *
 * <p>A stage that completes normally means: committed, with its risk check, fills, bookings, audit
 * entries and messages. Stages complete on the pipeline's threads; a continuation must not block.
 */
public interface OrderDesk {

  /**
   * Places one order. Never blocks.
   *
   * <p>Completes with {@link PlaceOutcome.Failed} for what the client can be told (among it
   * PIPELINE_FULL and DATABASE_UNAVAILABLE, with a time to retry after), exceptionally only for a
   * defect. After DATABASE_UNAVAILABLE the order may have been stored: the same client_order_id
   * settles it.
   */
  CompletionStage<PlaceOutcome> place(PlaceOrder order);

  /** Places up to 500 orders; the outcomes stand in the order of the request. Never blocks. */
  CompletionStage<List<PlaceOutcome>> placeAll(List<PlaceOrder> orders);

  /**
   * Cancels what is left of an order.
   *
   * <p>Completes exceptionally with a {@link io.tola.kernel.problem.ProblemException}:
   * ORDER_NOT_FOUND (also for another account's order), ORDER_NOT_CANCELABLE when it is filled,
   * rejected or expired, PIPELINE_FULL, DATABASE_UNAVAILABLE. An order that is canceled already
   * completes with its view.
   */
  CompletionStage<OrderView> cancel(CancelOrder cancel);

  /**
   * Cancels every working order of an account that had been acknowledged when this was called, or
   * those of a symbol or side. Each is canceled under the account's lock; what has traded by then
   * stays traded.
   *
   * <p>Completes with the ids of the orders that this canceled; exceptionally with PIPELINE_FULL or
   * DATABASE_UNAVAILABLE, when some may have been canceled: asking again settles it.
   */
  CompletionStage<List<UUID>> cancelAll(CancelAll cancel);

  /**
   * Gives a working order other terms, by FIX rules: one REPLACED report; an OrderQty that fills had
   * reached already ends it as FILLED.
   *
   * <p>Completes exceptionally with a {@link io.tola.kernel.problem.ProblemException}:
   * ORDER_NOT_FOUND, ORDER_NOT_REPLACEABLE when it no longer works, INVALID_FIELD for a field the
   * order's type doesn't have, REPLACE_REFUSED when the pre-trade controls refuse the new terms (the
   * order then works on as it was), CLORDID_REUSED when the request's id stood for other terms,
   * PIPELINE_FULL, DATABASE_UNAVAILABLE. After the last the same client_order_id settles it.
   */
  CompletionStage<OrderView> replace(ReplaceOrder replace);

  /** The order, when it belongs to one of the accounts. */
  Optional<OrderView> order(UUID orderId, Set<AccountId> accounts);

  /** Orders, newest first. */
  Page<OrderView> history(OrderFilter filter);

  /**
   * The order's execution reports, oldest first.
   *
   * @throws io.tola.kernel.problem.ProblemException ORDER_NOT_FOUND
   */
  List<Execution> events(UUID orderId, Set<AccountId> accounts);

  /** Executions that traded, newest first; the status of the filter is not used. */
  Page<Execution> trades(OrderFilter filter);
}
