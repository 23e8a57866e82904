package io.tola.trading.application;

import io.tola.kernel.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * The way of every command from its door to its durable answer: a bounded queue, and lanes that each
 * do what is there as one transaction (group commit).
 *
 * <p>What it promises:
 *
 * <ul>
 *   <li>{@link #submit} never blocks: a command is taken, or refused at once (queue full, database
 *       down, stopping)
 *   <li>commands of one account are done in the order they were submitted
 *   <li>nobody is answered before the commit, and everybody within the answer bound, even when the
 *       database hangs: then the answer says that the fate is unknown
 *   <li>one bad command never fails its neighbours: a batch that fails is tried in halves, down to
 *       the culprit
 * </ul>
 *
 * <p>Thread-safe. Answers are given on the lanes' threads, where a continuation must not block.
 */
final class OrderPipeline {

  private static final System.Logger LOG = System.getLogger(OrderPipeline.class.getName());

  private static final long WATCH_MILLIS = 100;
  private static final int TRIES_OF_CONTENDED = 3;
  // Longer than a batch takes under load, or small batches would come of it.
  private static final Duration LANE_PATIENCE = Duration.ofMillis(50);

  /**
   * How the pipeline is laid out.
   *
   * @param lanes threads that hold a transaction each, 1 or more
   * @param queueCapacity commands that may wait
   * @param batchMax commands in one transaction at most
   * @param answerWithin a command in hand is answered within this, whatever happens
   */
  record Settings(int lanes, int queueCapacity, int batchMax, Duration answerWithin) {
    Settings {
      if (lanes < 1 || queueCapacity < 1 || batchMax < 1 || answerWithin.toMillis() < 1) {
        throw new IllegalArgumentException("lanes, capacity, batch size and bound are positive");
      }
    }
  }

  private enum State {
    NEW,
    RUNNING,
    STOPPING,
    STOPPED
  }

  private final Settings settings;
  private final Supplier<BatchProcessor> processor;
  private final DatabaseMonitor database;
  private final PipelineObserver observer;
  private final Runnable afterCommit;
  private final Backlog backlog;
  private final Lane[] lanes;
  private final Thread watchdog;

  private volatile State state = State.NEW;

  /**
   * @param processor asked once a batch, so that ports may appear after the pipeline has started
   * @param afterCommit called after each batch that became durable; returns quickly
   */
  OrderPipeline(
      Settings settings,
      Supplier<BatchProcessor> processor,
      DatabaseMonitor database,
      PipelineObserver observer,
      ThreadFactory threads,
      Runnable afterCommit) {
    this.settings = settings;
    this.processor = processor;
    this.database = database;
    this.observer = observer;
    this.afterCommit = afterCommit;
    this.backlog = new Backlog(settings.queueCapacity(), settings.batchMax(), LANE_PATIENCE);
    this.lanes = new Lane[settings.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane("tola-lane-" + i, backlog, threads, this::work);
    }
    this.watchdog = threads.newThread(this::watch);
    this.watchdog.setName("tola-lane-watch");
  }

  void start() {
    state = State.RUNNING;
    for (Lane lane : lanes) {
      lane.start();
    }
    watchdog.start();
  }

  /**
   * Takes no more commands, finishes what was taken, and refuses what isn't finished in time.
   *
   * @param bound how long to finish for
   */
  void stop(Duration bound) {
    if (state != State.RUNNING) {
      return;
    }
    state = State.STOPPING;
    long deadline = System.nanoTime() + bound.toNanos();
    try {
      for (Lane lane : lanes) {
        lane.stop();
      }
      for (Lane lane : lanes) {
        if (!lane.join(Duration.ofNanos(deadline - System.nanoTime()))) {
          LOG.log(System.Logger.Level.WARNING, "A lane did not finish within {0}", bound);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    state = State.STOPPED;
    watchdog.interrupt();
    refuse(backlog.withdrawAll(), Outcomes.stopping());
    for (Lane lane : lanes) {
      refuse(lane.current(), Outcomes.fateUnknown());
    }
  }

  /** Takes a command, or refuses it at once. Never blocks. */
  void submit(Command command) {
    if (state != State.RUNNING) {
      refuse(command, Outcomes.stopping());
      return;
    }
    if (database.isDown()) {
      refuse(command, Outcomes.databaseDown());
      return;
    }
    if (!backlog.offer(command)) {
      refuse(command, Outcomes.queueFull());
    } else if (state == State.STOPPED && backlog.withdraw(command)) {
      // It slipped in behind the last sweep of stop().
      refuse(command, Outcomes.stopping());
    }
  }

  /** Commands that wait for a lane. */
  int depth() {
    return backlog.depth();
  }

  /** Whether it takes commands and every lane works. */
  boolean isReady() {
    if (state != State.RUNNING) {
      return false;
    }
    for (Lane lane : lanes) {
      if (!lane.isAlive() || hangs(lane)) {
        return false;
      }
    }
    return true;
  }

  /** What readiness shows. */
  Map<String, Object> detail() {
    int alive = 0;
    int hanging = 0;
    for (Lane lane : lanes) {
      alive += lane.isAlive() ? 1 : 0;
      hanging += hangs(lane) ? 1 : 0;
    }
    Map<String, Object> detail = new TreeMap<>();
    detail.put("state", state.name());
    detail.put("lanes", lanes.length);
    detail.put("lanes_alive", alive);
    detail.put("lanes_hanging", hanging);
    detail.put("queue_depth", depth());
    detail.put("queue_capacity", settings.queueCapacity());
    return detail;
  }

  private boolean hangs(Lane lane) {
    return lane.busyNanos() > settings.answerWithin().toNanos();
  }

  // ---- on a lane's thread ----

  private void work(List<Command> taken) {
    long tooOld = System.nanoTime() - settings.answerWithin().toNanos();
    List<Command> batch = new ArrayList<>(taken.size());
    for (Command command : taken) {
      if (command.isAnswered()) {
        continue;
      }
      if (command.submittedNanos() - tooOld < 0) {
        // The client has given up or will before we are done; not to have begun is the best answer.
        refuse(command, Outcomes.waitedTooLong());
      } else {
        batch.add(command);
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      attempt(batch, 1);
    } catch (Throwable t) {
      // Not even the handling of faults worked (out of memory, say): nobody may wait for ever.
      LOG.log(System.Logger.Level.ERROR, "A batch of " + batch.size() + " commands was lost", t);
      batch.forEach(command -> fail(command, t));
    }
  }

  private void attempt(List<Command> batch, int attempt) {
    long start = System.nanoTime();
    try {
      processor.get().process(batch);
    } catch (ProblemException e) {
      // No processor: a port is missing.
      refuse(batch, e);
      return;
    } catch (Exception | LinkageError | StackOverflowError e) {
      recover(batch, attempt, e);
      return;
    }
    observer.committed(batch.size(), System.nanoTime() - start);
    afterCommit.run();
    acknowledge(batch);
  }

  private void recover(List<Command> batch, int attempt, Throwable thrown) {
    switch (Fault.of(thrown)) {
      case DATABASE_DOWN -> {
        if (attempt == 1 && !database.isDown()) {
          // Perhaps only this connection was broken. Whatever the first attempt left is found
          // again.
          LOG.log(System.Logger.Level.INFO, "Batch is tried again: {0}", thrown.getMessage());
          observer.retried();
          attempt(batch, 2);
        } else {
          database.down(String.valueOf(thrown.getMessage()));
          refuse(batch, Outcomes.fateUnknown());
        }
      }
      case CONTENDED -> {
        if (batch.size() > 1) {
          halve(batch);
        } else if (attempt < TRIES_OF_CONTENDED) {
          observer.retried();
          attempt(batch, attempt + 1);
        } else {
          refuse(batch, Outcomes.accountBusy());
        }
      }
      case DEFECT -> {
        if (batch.size() > 1) {
          LOG.log(
              System.Logger.Level.WARNING,
              "Batch of {0} failed, looking for the culprit: {1}",
              batch.size(),
              thrown);
          halve(batch);
        } else {
          LOG.log(
              System.Logger.Level.ERROR, "Failed for account " + batch.get(0).account(), thrown);
          fail(batch.get(0), thrown);
        }
      }
    }
  }

  /** In order, so that what an account submitted first is still done first. */
  private void halve(List<Command> batch) {
    observer.split();
    int middle = batch.size() / 2;
    attempt(batch.subList(0, middle), 1);
    attempt(batch.subList(middle, batch.size()), 1);
  }

  /** Continuations only hand the answer on, so the lane is back at the database at once. */
  private void acknowledge(List<Command> batch) {
    for (Command command : batch) {
      try {
        String outcome = command.acknowledge();
        if (outcome != null) {
          observer.answered(outcome, System.nanoTime() - command.submittedNanos());
        }
      } catch (RuntimeException e) {
        // A continuation that throws must not keep the others from their answers.
        LOG.log(System.Logger.Level.WARNING, "An answer was not taken", e);
      }
    }
  }

  private void refuse(List<Command> commands, ProblemException problem) {
    for (Command command : commands) {
      refuse(command, problem);
    }
  }

  private void refuse(Command command, ProblemException problem) {
    if (command.refuse(problem)) {
      observer.answered(Outcomes.label(problem), System.nanoTime() - command.submittedNanos());
    }
  }

  private void fail(Command command, Throwable defect) {
    if (command.fail(defect)) {
      observer.answered("defect", System.nanoTime() - command.submittedNanos());
    }
  }

  // ---- on the watchdog's thread ----

  private void watch() {
    while (state != State.STOPPED) {
      try {
        Thread.sleep(WATCH_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      for (Lane lane : lanes) {
        if (hangs(lane)) {
          List<Command> inHand = lane.current();
          if (!inHand.isEmpty() && !inHand.get(0).isAnswered()) {
            database.down("a transaction has had no answer for " + settings.answerWithin());
          }
          refuse(inHand, Outcomes.fateUnknown());
          refuse(backlog.withdrawAll(), Outcomes.databaseDown());
        } else if (lane.busyNanos() > 0) {
          refuseOverdue(lane.current());
        }
      }
    }
  }

  /** What waited long in the queue has less time left than the batch it is in. */
  private void refuseOverdue(List<Command> inHand) {
    long longest = settings.answerWithin().toNanos() * 5 / 4;
    for (Command command : inHand) {
      if (System.nanoTime() - command.submittedNanos() > longest) {
        refuse(command, Outcomes.fateUnknown());
      }
    }
  }
}
