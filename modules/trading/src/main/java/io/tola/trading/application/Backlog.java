package io.tola.trading.application;

import io.tola.kernel.AccountId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The bounded queue in front of the lanes.
 *
 * <p>Commands of one account are taken in the order they came, and by one lane at a time: one process
 * never fights itself for an account's lock. A lane takes all that is there and never waits for more.
 * While another lane is at work it takes nothing until there is enough for a good batch of its own, or
 * something has waited long: under little load two small transactions cost more than one larger, under
 * much they keep two processors busy, and a lane that is held up must not hold up everybody.
 *
 * <p>Thread-safe; {@link #offer} never waits for a lane at work.
 */
final class Backlog {

  /** Waiting commands from which a lane begins although another is at work. */
  static final int WORTH_A_LANE = 64;

  private final int capacity;
  private final int batchMax;
  private final long patienceNanos;
  private final Set<AccountId> inHand = new HashSet<>();
  private ArrayDeque<Command> waiting = new ArrayDeque<>();
  private int atWork;

  /**
   * @param patience how long a command waits at most for a lane at work when another is free
   */
  Backlog(int capacity, int batchMax, Duration patience) {
    this.capacity = capacity;
    this.batchMax = batchMax;
    this.patienceNanos = patience.toNanos();
  }

  /** Takes a command, or returns false when it is full. */
  synchronized boolean offer(Command command) {
    if (waiting.size() >= capacity) {
      return false;
    }
    waiting.add(command);
    if (waiting.size() == WORTH_A_LANE || (atWork == 0 && waiting.size() == 1)) {
      notify();
    }
    return true;
  }

  /** Takes a command back; false when a lane has it already. */
  synchronized boolean withdraw(Command command) {
    return waiting.remove(command);
  }

  /** Takes back everything that no lane has. */
  synchronized List<Command> withdrawAll() {
    List<Command> withdrawn = List.copyOf(waiting);
    waiting.clear();
    return withdrawn;
  }

  synchronized int depth() {
    return waiting.size();
  }

  /**
   * A batch for the calling lane, which must {@link #done give it back}.
   *
   * @param atMostMillis how long to wait for one
   * @return empty when there is none by then
   */
  @SuppressWarnings("WaitNotInLoop") // a lane woken for nothing comes back and asks again
  synchronized List<Command> take(long atMostMillis) throws InterruptedException {
    List<Command> batch = pick();
    if (batch.isEmpty() && atMostMillis > 0) {
      wait(atMostMillis);
      batch = pick();
    }
    if (!batch.isEmpty()) {
      atWork++;
      for (Command command : batch) {
        inHand.add(command.account());
      }
      if (isWorthALane()) {
        notify();
      }
    }
    return batch;
  }

  /** The batch is done, whatever came of it. */
  synchronized void done(List<Command> batch) {
    atWork--;
    for (Command command : batch) {
      inHand.remove(command.account());
    }
  }

  private boolean isWorthALane() {
    return !waiting.isEmpty()
        && (atWork == 0
            || waiting.size() >= WORTH_A_LANE
            || System.nanoTime() - waiting.peek().submittedNanos() > patienceNanos);
  }

  private List<Command> pick() {
    if (!isWorthALane()) {
      return List.of();
    }
    List<Command> batch = new ArrayList<>(Math.min(batchMax, waiting.size()));
    if (inHand.isEmpty()) {
      while (batch.size() < batchMax && !waiting.isEmpty()) {
        batch.add(waiting.poll());
      }
      return batch;
    }
    ArrayDeque<Command> left = new ArrayDeque<>(waiting.size());
    for (Command command : waiting) {
      if (batch.size() < batchMax && !inHand.contains(command.account())) {
        batch.add(command);
      } else {
        left.add(command);
      }
    }
    waiting = left;
    return batch;
  }
}
