package io.tola.gateway.jms;

import io.tola.kernel.ComponentStatus;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The threads that listen to one queue, each with a connection of its own, and connect again for as
 * long as the application runs. Thread-safe.
 */
final class Listening {

  private static final Logger LOG = System.getLogger(Listening.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final long STOP_WITHIN_MILLIS = 5_000;

  private final String queue;
  private final Listener listener;
  private final BooleanSupplier ready;
  private final List<Thread> running = new ArrayList<>();
  private final AtomicInteger listening = new AtomicInteger();
  private final Object bell = new Object();
  private volatile boolean closing;
  private volatile String refusal = "";

  /** Waits. */
  interface Pause {

    /** Returns false when there is no more waiting because the door is closing. */
    boolean waitFor(Duration time) throws InterruptedException;
  }

  /** Takes messages from the queue; used by several threads. */
  interface Listener {

    /**
     * Whether the broker says who sent a message.
     *
     * @throws JMSException when it can't be asked
     */
    boolean brokerNamesSenders() throws JMSException;

    /**
     * Listens until the door closes or the connection breaks.
     *
     * @param pause how to wait, and whether the door is closing
     * @param connected called once when listening
     * @throws JMSException when the connection broke; what was in hand is delivered again
     */
    void listen(Pause pause, Runnable connected) throws JMSException, InterruptedException;
  }

  /**
   * @param ready asked before each connection: whether the platform's parts are; what is taken before
   *     they are would be refused for want of a quote
   */
  Listening(String queue, Listener listener, BooleanSupplier ready) {
    this.queue = queue;
    this.listener = listener;
    this.ready = ready;
  }

  /**
   * Starts so many threads.
   *
   * @param name of the threads
   */
  void start(ManagedThreadFactory threads, int count, String name) {
    for (int i = 0; i < count; i++) {
      Thread thread = threads.newThread(this::run);
      thread.setName(name + '-' + (i + 1));
      running.add(thread);
      thread.start();
    }
  }

  /** Lets the threads finish what they have in hand, for a while. */
  void stop() {
    closing = true;
    synchronized (bell) {
      bell.notifyAll();
    }
    long end = System.nanoTime() + STOP_WITHIN_MILLIS * 1_000_000;
    try {
      for (Thread thread : running) {
        thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        if (thread.isAlive()) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration next = FIRST_PAUSE;
    try {
      while (!closing) {
        boolean[] connected = new boolean[1];
        try {
          if (!ready.getAsBoolean()) {
            next = FIRST_PAUSE;
          } else if (listener.brokerNamesSenders()) {
            refusal = "";
            listener.listen(
                this::pause,
                () -> {
                  connected[0] = true;
                  listening.incrementAndGet();
                });
          } else if (refusal.isEmpty()) {
            refusal = "the broker doesn't say who sent a message: set populate-validated-user";
            LOG.log(Level.ERROR, "nothing is taken from {0}: {1}", queue, refusal);
          }
        } catch (JMSException | RuntimeException e) {
          LOG.log(
              connected[0] && !closing ? Level.INFO : Level.DEBUG,
              "not listening to {0}: {1}",
              queue,
              e.toString());
        } finally {
          if (connected[0]) {
            listening.decrementAndGet();
            next = FIRST_PAUSE;
          }
        }
        pause(next);
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
      }
    } catch (InterruptedException e) {
      // Told to stop in mid-wait; what was in hand is delivered again.
      Thread.currentThread().interrupt();
    }
  }

  private boolean pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    synchronized (bell) {
      while (!closing) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return true;
        }
        bell.wait(left);
      }
    }
    return false;
  }

  /** How many listen, and why none does. */
  ComponentStatus status(String name) {
    int now = listening.get();
    return refusal.isEmpty()
        ? new ComponentStatus(name, now > 0, Map.of("listeners", now))
        : new ComponentStatus(name, false, Map.of("listeners", now, "reason", refusal));
  }
}
