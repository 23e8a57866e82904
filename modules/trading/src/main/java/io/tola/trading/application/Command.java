package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.CancelAll;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One thing for a lane to do. The lane prepares an answer inside the transaction, as often as the
 * batch is tried, and gives it only after the commit. Whoever answers first wins; later answers are
 * dropped, so that a watchdog may answer for a lane that hangs.
 */
abstract sealed class Command {

  private final long submittedNanos = System.nanoTime();

  /** The account it is about. */
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

  /** A client's wish about a stored order, answered with a value or a problem. */
  abstract static sealed class Change<T> extends Command {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private T prepared;
    private ProblemException problem;

    private Change() {}

    CompletableFuture<T> answer() {
      return answer;
    }

    void prepare(T value) {
      prepared = value;
      problem = null;
    }

    void prepareRefusal(ProblemException refusal) {
      prepared = null;
      problem = refusal;
    }

    abstract String label();

    @Override
    boolean isAnswered() {
      return answer.isDone();
    }

    @Override
    String acknowledge() {
      if (problem != null) {
        return answer.completeExceptionally(problem) ? label() + "_refused" : null;
      }
      return answer.complete(prepared) ? label() : null;
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

  /** A client's cancel. */
  static final class Cancel extends Change<OrderView> {
    private final CancelOrder cancel;

    Cancel(CancelOrder cancel) {
      this.cancel = cancel;
    }

    CancelOrder cancel() {
      return cancel;
    }

    @Override
    String label() {
      return "cancel";
    }

    @Override
    AccountId account() {
      return cancel.accountId();
    }
  }

  /** A client's replace. */
  static final class Replace extends Change<OrderView> {
    private final ReplaceOrder replace;

    Replace(ReplaceOrder replace) {
      this.replace = replace;
    }

    ReplaceOrder replace() {
      return replace;
    }

    @Override
    String label() {
      return "replace";
    }

    @Override
    AccountId account() {
      return replace.accountId();
    }
  }

  /** A client's cancel of many orders; answered with the ids of those it canceled. */
  static final class CancelMany extends Change<List<UUID>> {
    private final CancelAll cancel;
    private final int most;
    private final Map<UUID, OrderKey> found = new LinkedHashMap<>();
    private final Set<UUID> tried = new HashSet<>();
    private boolean more;

    /**
     * @param most orders canceled in one transaction
     */
    CancelMany(CancelAll cancel, int most) {
      this.cancel = cancel;
      this.most = most;
    }

    CancelAll cancel() {
      return cancel;
    }

    /** Looks for what works now, and adds it to what earlier attempts found. */
    Collection<OrderKey> find(OrderStore store) {
      tried.addAll(found.keySet());
      List<OrderKey> working =
          store.workingOf(cancel.accountId(), cancel.symbol(), cancel.side(), most);
      more = working.size() == most;
      working.forEach(key -> found.put(key.orderId(), key));
      return found();
    }

    Collection<OrderKey> found() {
      return found.values();
    }

    /** Whether an earlier attempt meant to cancel it. */
    boolean wasTriedOn(OrderKey key) {
      return tried.contains(key.orderId());
    }

    /** Whether orders may be left; known when it is answered. */
    boolean more() {
      return more;
    }

    @Override
    String label() {
      return "cancel_all";
    }

    @Override
    AccountId account() {
      return cancel.accountId();
    }
  }

  /** Work that no client waits for; completes with whether it changed anything. */
  abstract static sealed class Unasked extends Command {
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private boolean moved;

    private Unasked() {}

    /** Completes with whether something moved. */
    CompletableFuture<Boolean> answer() {
      return answer;
    }

    void prepare(boolean somethingMoved) {
      moved = somethingMoved;
    }

    abstract String label();

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

  /** Work on a resting order. */
  abstract static sealed class Internal extends Unasked {
    private final OrderKey key;

    private Internal(OrderKey key) {
      this.key = key;
    }

    OrderKey key() {
      return key;
    }

    @Override
    AccountId account() {
      return key.accountId();
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

  /** An order may be on the wrong side of a halt: suspended without one, or working in one. */
  static final class FollowHalt extends Internal {
    FollowHalt(OrderKey key) {
      super(key);
    }

    @Override
    String label() {
      return "halt_followed";
    }
  }

  /** A working MIS order must give way to the squaring off. */
  static final class GiveWay extends Internal {
    GiveWay(OrderKey key) {
      super(key);
    }

    @Override
    String label() {
      return "gave_way";
    }
  }

  /** A MIS position must be closed. */
  static final class SquareOff extends Unasked {
    private final UUID orderId;
    private final HoldingKey holding;
    private final Instrument instrument;

    /**
     * @param orderId of the order this may place
     */
    SquareOff(UUID orderId, HoldingKey holding, Instrument instrument) {
      this.orderId = orderId;
      this.holding = holding;
      this.instrument = instrument;
    }

    UUID orderId() {
      return orderId;
    }

    HoldingKey holding() {
      return holding;
    }

    Instrument instrument() {
      return instrument;
    }

    @Override
    AccountId account() {
      return holding.accountId();
    }

    @Override
    String label() {
      return "squared_off";
    }
  }
}
