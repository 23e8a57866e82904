package io.tola.trading.application;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * A thread that holds a transaction: it takes batches from the backlog until it is stopped and
 * nothing waits any more.
 */
final class Lane {

  private static final long LOOK_MILLIS = 50;

  private final Backlog backlog;
  private final Consumer<List<Command>> work;
  private final Thread thread;

  private volatile boolean stopping;
  private volatile List<Command> current = List.of();
  private volatile long busySince;
  private volatile boolean busy;

  Lane(String name, Backlog backlog, ThreadFactory threads, Consumer<List<Command>> work) {
    this.backlog = backlog;
    this.work = work;
    this.thread = threads.newThread(this::run);
    this.thread.setName(name);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** How long the batch in hand has taken so far; zero when idle. */
  long busyNanos() {
    return busy ? System.nanoTime() - busySince : 0;
  }

  /** The batch in hand. */
  List<Command> current() {
    return current;
  }

  /** Lets the thread end when nothing waits. */
  void stop() {
    stopping = true;
  }

  /** Waits for the thread to end; returns whether it did. */
  boolean join(Duration bound) throws InterruptedException {
    thread.join(Math.max(1, bound.toMillis()));
    return !thread.isAlive();
  }

  private void run() {
    while (true) {
      List<Command> batch;
      try {
        batch = backlog.take(LOOK_MILLIS);
      } catch (InterruptedException e) {
        batch = List.of();
      }
      if (batch.isEmpty()) {
        if (stopping && backlog.depth() == 0) {
          return;
        }
        continue;
      }
      busySince = System.nanoTime();
      current = batch;
      busy = true;
      try {
        work.accept(batch);
      } finally {
        busy = false;
        current = List.of();
        backlog.done(batch);
      }
    }
  }
}
