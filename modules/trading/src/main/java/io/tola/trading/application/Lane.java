package io.tola.trading.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bounded queue and the one thread that empties it in batches. Commands of one account always go
 * to the same lane, so one process never fights itself for an account's lock.
 *
 * <p>It never waits to make a batch larger: it takes what is there. Alone an order is a batch of
 * one; under load, what came in meanwhile is the next batch.
 */
final class Lane {

  private final ArrayBlockingQueue<Command> queue;
  private final int batchMax;
  private final Consumer<List<Command>> work;
  private final Thread thread;

  private volatile boolean stopping;
  private volatile List<Command> current = List.of();
  private volatile long busySince;
  private volatile boolean busy;

  Lane(
      String name,
      int capacity,
      int batchMax,
      ThreadFactory threads,
      Consumer<List<Command>> work) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.batchMax = batchMax;
    this.work = work;
    this.thread = threads.newThread(this::run);
    this.thread.setName(name);
  }

  void start() {
    thread.start();
  }

  /** Takes a command, or returns false when the queue is full. Never blocks. */
  boolean offer(Command command) {
    return queue.offer(command);
  }

  /** Takes a command back; false when the lane has begun it already. */
  boolean withdraw(Command command) {
    return queue.remove(command);
  }

  /** Takes back everything that hasn't begun. */
  List<Command> withdrawAll() {
    List<Command> withdrawn = new ArrayList<>();
    queue.drainTo(withdrawn);
    return withdrawn;
  }

  int depth() {
    return queue.size();
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

  /** Lets the thread end when its queue is empty. */
  void stop() {
    stopping = true;
  }

  /** Waits for the thread to end; returns whether it did. */
  boolean join(Duration bound) throws InterruptedException {
    thread.join(Math.max(1, bound.toMillis()));
    return !thread.isAlive();
  }

  private void run() {
    List<Command> batch = new ArrayList<>(batchMax);
    while (true) {
      batch.clear();
      try {
        Command first = queue.poll(stopping ? 0 : 100, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (stopping) {
            return;
          }
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, batchMax - 1);
      } catch (InterruptedException e) {
        if (stopping) {
          return;
        }
        continue;
      }
      List<Command> taken = List.copyOf(batch);
      busySince = System.nanoTime();
      current = taken;
      busy = true;
      try {
        work.accept(taken);
      } finally {
        busy = false;
        current = List.of();
      }
    }
  }
}
