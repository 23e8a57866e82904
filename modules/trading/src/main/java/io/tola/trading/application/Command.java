package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.store.OrderKey;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One thing for a lane to do. The lane prepares an answer inside the transaction, as often as the
 * batch is tried, and gives it only after the commit. Whoever answers first wins; later answers are
 * dropped, so that a watchdog may answer for a lane that hangs.
 */
abstract sealed class Command {

  private final long submittedNanos = System.nanoTime();

  /** The account whose lane it goes to. */
  abstract AccountId account();

  /** Whether it has been answered. */
  abstract boolean isAnswered();

  /**
   * Gives the prepared answer.
   *
   * @return what to count it as, or null when it had been answered before
   */
  abstract String acknowledge();

  /**
   * Answers that it can't be done and why.
   *
   * @return false when it had been answered before
   */
  abstract boolean refuse(ProblemException problem);

  /** Answers that it failed by a defect. */
  abstract boolean fail(Throwable defect);

  final long submittedNanos() {
    return submittedNanos;
  }

  /** A new order. */
  static final class Place extends Command {
    private final UUID orderId;
    private final PlaceOrder order;
    private final Instrument instrument;
    private final CompletableFuture<PlaceOutcome> answer = new CompletableFuture<>();
    private PlaceOutcome prepared;

    /**
     * @param orderId made now, so that an order whose commit's answer got lost is found again
     */
    Place(UUID orderId, PlaceOrder order, Instrument instrument) {
      this.orderId = orderId;
      this.order = order;
      this.instrument = instrument;
    }

    UUID orderId() {
      return orderId;
    }

    PlaceOrder order() {
      return order;
    }

    Instrument instrument() {
      return instrument;
    }

    CompletableFuture<PlaceOutcome> answer() {
      return answer;
    }

    void prepare(PlaceOutcome outcome) {
      prepared = outcome;
    }

    @Override
    AccountId account() {
      return order.accountId();
    }

    @Override
    boolean isAnswered() {
      return answer.isDone();
    }

    @Override
    String acknowledge() {
      return answer.complete(prepared) ? Outcomes.label(prepared) : null;
    }

    @Override
    boolean refuse(ProblemException problem) {
      return answer.complete(new PlaceOutcome.Failed(problem));
    }

    @Override
    boolean fail(Throwable defect) {
      return answer.completeExceptionally(defect);
    }
  }

  /** A client's cancel. */
  static final class Cancel extends Command {
    private final CancelOrder cancel;
    private final CompletableFuture<OrderView> answer = new CompletableFuture<>();
    private OrderView prepared;
    private ProblemException problem;

    Cancel(CancelOrder cancel) {
      this.cancel = cancel;
    }

    CancelOrder cancel() {
      return cancel;
    }

    CompletableFuture<OrderView> answer() {
      return answer;
    }

    void prepare(OrderView view) {
      prepared = view;
      problem = null;
    }

    void prepare(ProblemException refusal) {
      prepared = null;
      problem = refusal;
    }

    @Override
    AccountId account() {
      return cancel.accountId();
    }

    @Override
    boolean isAnswered() {
      return answer.isDone();
    }

    @Override
    String acknowledge() {
      if (problem != null) {
        return answer.completeExceptionally(problem) ? "cancel_refused" : null;
      }
      return answer.complete(prepared) ? "cancel" : null;
    }

    @Override
    boolean refuse(ProblemException refusal) {
      return answer.completeExceptionally(refusal);
    }

    @Override
    boolean fail(Throwable defect) {
      return answer.completeExceptionally(defect);
    }
  }

  /** Work on a resting order that nobody waits for. */
  abstract static sealed class Internal extends Command {
    private final OrderKey key;
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private boolean moved;

    private Internal(OrderKey key) {
      this.key = key;
    }

    OrderKey key() {
      return key;
    }

    /** Completes with whether the order moved. */
    CompletableFuture<Boolean> answer() {
      return answer;
    }

    void prepare(boolean orderMoved) {
      moved = orderMoved;
    }

    abstract String label();

    @Override
    AccountId account() {
      return key.accountId();
    }

    @Override
    boolean isAnswered() {
      return answer.isDone();
    }

    @Override
    String acknowledge() {
      return answer.complete(moved) && moved ? label() : null;
    }

    @Override
    boolean refuse(ProblemException problem) {
      return answer.completeExceptionally(problem);
    }

    @Override
    boolean fail(Throwable defect) {
      return answer.completeExceptionally(defect);
    }
  }

  /** A quote crossed a resting order. */
  static final class Match extends Internal {
    private final Instrument instrument;
    private final Quote quote;

    Match(OrderKey key, Instrument instrument, Quote quote) {
      super(key);
      this.instrument = instrument;
      this.quote = quote;
    }

    Instrument instrument() {
      return instrument;
    }

    Quote quote() {
      return quote;
    }

    @Override
    String label() {
      return "matched";
    }
  }

  /** The session of a DAY order has ended. */
  static final class Expire extends Internal {
    Expire(OrderKey key) {
      super(key);
    }

    @Override
    String label() {
      return "expired";
    }
  }
}
