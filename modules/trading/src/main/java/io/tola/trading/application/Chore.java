package io.tola.trading.application;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * Something that is looked at again and again, on a thread of its own, on every node. What it finds
 * is a hint: it only sends commands, and the lane looks again under the account's lock. When it fails
 * (the database is away, most likely) the next look makes good.
 */
final class Chore {

  private static final System.Logger LOG = System.getLogger(Chore.class.getName());

  private final Duration every;
  private final Runnable look;
  private final Thread thread;
  private volatile boolean stopped;

  Chore(String name, Duration every, Runnable look, ThreadFactory threads) {
    this.every = every;
    this.look = look;
    this.thread = threads.newThread(this::run);
    this.thread.setName(name);
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void run() {
    while (!stopped) {
      try {
        Thread.sleep(every.toMillis());
        look.run();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "Looked in vain", e);
      }
    }
  }
}
