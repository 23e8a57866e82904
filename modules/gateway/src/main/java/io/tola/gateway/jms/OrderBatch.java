package io.tola.gateway.jms;

import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Brings a batch of messages to the desk, all at once, and stays until each has an outcome that is
 * durable.
 *
 * <p>No service (database away, queue full) is waited for, as long as it takes and at a growing
 * distance: the messages stay unacknowledged with the broker. A defect is tried three times. Used by
 * one thread.
 */
final class OrderBatch {

  private static final Logger LOG = System.getLogger(OrderBatch.class.getName());

  /** How often a message that breaks something is tried. */
  static final int TRIES = 3;

  private static final int MOST_AT_ONCE = 500;

  /** The pipeline answers in seconds whatever happens; this is for the case that it doesn't. */
  private static final long ANSWER_SECONDS = 30;

  private final OrderDesk desk;
  private final Function<String, Caller> callers;
  private final Listening.Pause pause;

  /**
   * @param callers the rights of a user; null for nobody; may throw DATABASE_UNAVAILABLE
   */
  OrderBatch(OrderDesk desk, Function<String, Caller> callers, Listening.Pause pause) {
    this.desk = desk;
    this.callers = callers;
    this.pause = pause;
  }

  /**
   * Settles every task.
   *
   * @return false when the door closed before; what isn't settled then may have been stored or not
   */
  boolean settle(List<OrderTask> tasks) throws InterruptedException {
    return Patience.settle(tasks, "orders from the queue", this::once, pause);
  }

  /** One attempt at all; returns those that need another. */
  private List<OrderTask> once(List<OrderTask> tasks) throws InterruptedException {
    List<Submitted> submitted = new ArrayList<>();
    List<OrderTask> again = new ArrayList<>();
    List<OrderTask> places = new ArrayList<>();
    for (OrderTask task : tasks) {
      try {
        if (task.request() == null) {
          task.read(OrderRequest.read(task.action(), task.body(), caller(task)));
        }
        if (task.request() instanceof OrderRequest.Place) {
          places.add(task);
          if (places.size() == MOST_AT_ONCE) {
            submitted.add(place(places));
            places = new ArrayList<>();
          }
        } else {
          // In the order they came: what was asked before goes before.
          if (!places.isEmpty()) {
            submitted.add(place(places));
            places = new ArrayList<>();
          }
          submitted.add(change(task));
        }
      } catch (RuntimeException e) {
        failed(task, e, again);
      }
    }
    if (!places.isEmpty()) {
      submitted.add(place(places));
    }
    for (Submitted one : submitted) {
      one.await(again);
    }
    return again;
  }

  private Caller caller(OrderTask task) {
    return task.user() == null ? null : callers.apply(task.user());
  }

  /** Something at the desk. */
  private interface Submitted {
    void await(List<OrderTask> again) throws InterruptedException;
  }

  private Submitted place(List<OrderTask> tasks) {
    List<PlaceOrder> orders = new ArrayList<>(tasks.size());
    for (OrderTask task : tasks) {
      orders.add(((OrderRequest.Place) task.request()).order());
    }
    CompletionStage<List<PlaceOutcome>> stage;
    try {
      stage = desk.placeAll(orders);
    } catch (RuntimeException e) {
      return again -> tasks.forEach(task -> failed(task, e, again));
    }
    return again -> {
      List<PlaceOutcome> outcomes;
      try {
        outcomes = await(stage);
      } catch (Failure e) {
        if (tasks.size() == 1) {
          failed(tasks.get(0), e.getCause(), again);
        } else {
          // One of them, and nobody knows which: each alone, so that none pays for another.
          for (OrderTask task : tasks) {
            place(List.of(task)).await(again);
          }
        }
        return;
      }
      for (int i = 0; i < tasks.size(); i++) {
        placed(tasks.get(i), outcomes.get(i), again);
      }
    };
  }

  private static void placed(OrderTask task, PlaceOutcome outcome, List<OrderTask> again) {
    if (outcome instanceof PlaceOutcome.Placed placed) {
      task.answered(201, placed.order());
    } else if (outcome instanceof PlaceOutcome.Repeated repeated) {
      task.answered(200, repeated.order());
    } else {
      failed(task, ((PlaceOutcome.Failed) outcome).problem(), again);
    }
  }

  /** A cancel or a replace of an order that is there. */
  private Submitted change(OrderTask task) {
    CompletionStage<OrderView> stage;
    if (task.request() instanceof OrderRequest.Cancel cancel) {
      AccountId account = owner(cancel.orderId(), cancel.account(), task);
      stage = desk.cancel(new CancelOrder(cancel.orderId(), account, cancel.user()));
    } else {
      ReplaceOrder terms = ((OrderRequest.Replace) task.request()).terms();
      AccountId account = owner(terms.orderId(), terms.accountId(), task);
      stage = desk.replace(OrderRequest.withAccount(terms, account));
    }
    return again -> {
      try {
        task.answered(200, await(stage));
      } catch (Failure e) {
        failed(task, e.getCause(), again);
      }
    };
  }

  /** Which of several accounts the order belongs to. */
  private AccountId owner(UUID orderId, AccountId named, OrderTask task) {
    if (named != null) {
      return named;
    }
    Caller caller = caller(task);
    Set<AccountId> accounts = caller == null ? Set.of() : caller.accounts();
    if (accounts.isEmpty()) {
      throw notFound();
    }
    return desk.order(orderId, accounts).orElseThrow(OrderBatch::notFound).accountId();
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.ORDER_NOT_FOUND, "There is no such order among yours.");
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException, Failure {
    try {
      return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Failure(e.getCause());
    } catch (TimeoutException e) {
      throw new Failure(e);
    }
  }

  private static void failed(OrderTask task, Throwable thrown, List<OrderTask> again) {
    Throwable cause = NoService.unwrap(thrown);
    if (NoService.is(cause)) {
      again.add(task);
      return;
    }
    if (cause instanceof ProblemException problem && problem.code() != ProblemCode.INTERNAL) {
      if (task.request() == null) {
        task.dead(problem, problem.getMessage());
      } else {
        task.refused(problem);
      }
      return;
    }
    LOG.log(Level.ERROR, "message " + task.id() + " failed", cause);
    if (task.fault() < TRIES) {
      again.add(task);
      return;
    }
    task.dead(
        new ProblemException(
            ProblemCode.INTERNAL, "The platform failed. Give the trace_id to whoever runs it."),
        "failed " + TRIES + " times; the server's log names this message's id");
  }

  /** Carries what a stage failed with. */
  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(Throwable cause) {
      super(null, cause, false, false);
    }
  }
}
