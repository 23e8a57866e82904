package io.tola.trading.application;

import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxBundle;
import io.tola.trading.store.OutboxStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes committed messages out of the outbox and hands them to the door that publishes.
 *
 * <p>On one node of the cluster at a time: who holds an advisory lock of the database, on a connection
 * kept for that. Messages are read by id, published in batches, and deleted after the door has
 * returned; if anything fails in between they are published again, so at least once, and per key in
 * order. A relay that can't publish gives the lock back, so that another node with a better
 * connection to the broker may try, and comes back later, each time after a longer while.
 *
 * <p>Runs beside the order flow and never within it: no order waits for the broker. Thread-safe.
 */
final class OutboxRelay {

  private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());

  private static final int BATCH = 500;
  private static final Duration POLL = Duration.ofMillis(50);
  // Under load a few messages come with every commit: let them gather, or the relay would cost the
  // database and the broker as many commits as the orders do.
  private static final Duration GATHER = Duration.ofMillis(30);
  private static final Duration AS_FOLLOWER = Duration.ofSeconds(1);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LAG_EVERY = Duration.ofSeconds(1);
  private static final int IDLE_SECONDS = 30;

  private final OutboxStore store;
  private final Clock clock;
  private final Thread thread;
  private final Object bell = new Object();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  private volatile Outbox.Publisher publisher;
  private volatile boolean stopped;
  private volatile double lagSeconds;
  private volatile long waiting;
  private volatile boolean leading;
  private boolean rung;
  private boolean backlog;
  private long lagMeasuredAt = System.nanoTime() - LAG_EVERY.toNanos();

  OutboxRelay(OutboxStore store, Clock clock, ThreadFactory threads) {
    this.store = store;
    this.clock = clock;
    this.thread = threads.newThread(this::run);
    this.thread.setName("tola-outbox-relay");
  }

  void start() {
    thread.start();
  }

  /** Ends after the batch in hand, at the latest when the bound is over. */
  void stop(Duration bound) {
    stopped = true;
    ring();
    try {
      thread.join(bound.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void publishTo(Outbox.Publisher door) {
    publisher = door;
    ring();
  }

  /** Something was committed: don't wait for the next poll. */
  void ring() {
    synchronized (bell) {
      rung = true;
      bell.notifyAll();
    }
  }

  /** How long the oldest message has been waiting, in seconds; zero when none waits. */
  double lagSeconds() {
    return lagSeconds;
  }

  /** How many messages wait; of a long backlog a lower bound. */
  long waiting() {
    return waiting;
  }

  /** Messages this node has published since it started. */
  long published() {
    return published.get();
  }

  /** Batches this node could not publish since it started. */
  long failures() {
    return failures.get();
  }

  /** Whether this node is the one that publishes. */
  boolean isLeading() {
    return leading;
  }

  private void run() {
    Duration backoff = FIRST_BACKOFF;
    while (!stopped) {
      if (publisher == null) {
        measureLag();
        sleep(AS_FOLLOWER);
        continue;
      }
      try {
        relay();
        backoff = FIRST_BACKOFF;
        measureLag();
        sleep(AS_FOLLOWER);
      } catch (PublishFault e) {
        failures.incrementAndGet();
        if (backoff.equals(FIRST_BACKOFF)) {
          LOG.log(System.Logger.Level.WARNING, "Messages are not published: {0}", e.getMessage());
        }
        backoff = e.progress ? FIRST_BACKOFF : backoff;
        measureLag();
        sleep(backoff);
        backoff = longer(backoff);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "The outbox can't be read", e);
        sleep(backoff);
        backoff = longer(backoff);
      }
    }
  }

  private static Duration longer(Duration backoff) {
    Duration doubled = backoff.multipliedBy(2);
    return doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
  }

  /** Leads for as long as all goes well; returns when another node leads or this one stops. */
  private void relay() throws PublishFault {
    Optional<OutboxStore.Lead> lead = store.tryLead(IDLE_SECONDS);
    if (lead.isEmpty()) {
      return;
    }
    leading = true;
    try (OutboxStore.Lead held = lead.get()) {
      empty(held);
    } finally {
      leading = false;
    }
  }

  private void empty(OutboxStore.Lead lead) throws PublishFault {
    boolean progress = false;
    while (!stopped) {
      List<OutboxBundle> queued = lead.read(BATCH);
      if (queued.isEmpty()) {
        lagSeconds = 0;
        waiting = 0;
        pause(POLL);
        continue;
      }
      publish(queued, progress);
      lead.delete(queued);
      int messages = queued.stream().mapToInt(bundle -> bundle.messages().size()).sum();
      published.addAndGet(messages);
      progress = true;
      backlog = messages >= BATCH;
      waiting = messages;
      measureLag();
      if (!backlog) {
        sleep(GATHER);
      }
    }
  }

  private void publish(List<OutboxBundle> bundles, boolean progress) throws PublishFault {
    try {
      publisher.publish(bundles);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new PublishFault(e, progress);
    }
  }

  private void measureLag() {
    long now = System.nanoTime();
    if (now - lagMeasuredAt < LAG_EVERY.toNanos()) {
      return;
    }
    lagMeasuredAt = now;
    try {
      lagSeconds =
          store
              .oldest()
              .map(at -> Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1_000.0))
              .orElse(0.0);
      if (lagSeconds == 0) {
        waiting = 0;
      } else if (backlog || !leading) {
        // Counting reads the whole queue; while each look at it finds the end, its answer is known.
        waiting = store.waiting();
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "The outbox can't be measured", e);
    }
  }

  /** Waits until somebody rings, but no longer than that. */
  @SuppressWarnings("WaitNotInLoop") // waking for nothing costs one look at the outbox
  private void pause(Duration most) {
    synchronized (bell) {
      if (!rung && !stopped) {
        try {
          bell.wait(most.toMillis());
        } catch (InterruptedException e) {
          stopped = true;
        }
      }
      rung = false;
    }
  }

  /** Waits that long, whoever rings: a commit doesn't make a broker come back sooner. */
  private void sleep(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    synchronized (bell) {
      while (!stopped) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        try {
          bell.wait(left);
        } catch (InterruptedException e) {
          stopped = true;
        }
      }
    }
  }

  /** The door didn't take the messages. */
  private static final class PublishFault extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean progress;

    PublishFault(Exception cause, boolean progress) {
      super(cause.toString(), cause);
      this.progress = progress;
    }
  }
}
