package io.tola.trading.application;

import io.tola.trading.store.DatabaseProbe;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;

/**
 * Knows whether the database takes writes, without anybody having to wait to find out.
 *
 * <p>A thread of its own asks the database now and then, more often while it is down. Who finds it
 * down in passing says so with {@link #down}; from then on orders are refused at once until a probe
 * succeeds. A probe that hangs (a frozen server answers nothing and refuses nothing) counts as down,
 * too. Thread-safe; no method but the probe's own waits for the database.
 */
final class DatabaseMonitor {

  private static final System.Logger LOG = System.getLogger(DatabaseMonitor.class.getName());

  private static final Duration WHILE_UP = Duration.ofSeconds(1);
  private static final Duration WHILE_DOWN = Duration.ofMillis(250);
  private static final long HANGING_NANOS = Duration.ofMillis(2_500).toNanos();

  private final DatabaseProbe probe;
  private final Thread thread;
  private final Object bell = new Object();

  private volatile boolean stopped;
  private volatile boolean down;
  private volatile long downAt;
  private volatile String cause = "";
  private volatile long probeSince;
  private volatile boolean probing;
  private volatile long succeededAt;
  private volatile long probeNanos;
  private volatile boolean everSucceeded;

  DatabaseMonitor(DatabaseProbe probe, ThreadFactory threads) {
    this.probe = probe;
    this.thread = threads.newThread(this::watch);
    this.thread.setName("tola-database-monitor");
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Whether work that needs the database has to be refused now. */
  boolean isDown() {
    return down || hangs();
  }

  private boolean hangs() {
    return probing && System.nanoTime() - probeSince > HANGING_NANOS;
  }

  /**
   * Somebody found the database unusable.
   *
   * @param why for the log and for readiness
   */
  void down(String why) {
    if (!down) {
      LOG.log(System.Logger.Level.WARNING, "Database down, orders are refused: {0}", why);
    }
    cause = why;
    downAt = System.nanoTime();
    down = true;
    synchronized (bell) {
      bell.notifyAll();
    }
  }

  /** What readiness shows. */
  Map<String, Object> detail() {
    Map<String, Object> detail = new TreeMap<>();
    if (everSucceeded) {
      detail.put("last_answer_ms_ago", (System.nanoTime() - succeededAt) / 1_000_000);
      detail.put("answer_time_us", probeNanos / 1_000);
    }
    if (isDown()) {
      detail.put("reason", hangs() ? "the database does not answer" : cause);
    }
    return detail;
  }

  /** Whether the database answered, and lately. */
  boolean isReady() {
    return everSucceeded && !isDown();
  }

  private void watch() {
    while (!stopped) {
      probe();
      try {
        synchronized (bell) {
          // A bell while up only shortens the wait; the next probe decides.
          bell.wait((down ? WHILE_DOWN : WHILE_UP).toMillis());
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void probe() {
    long start = System.nanoTime();
    probeSince = start;
    probing = true;
    try {
      probe.ask();
      long end = System.nanoTime();
      probeNanos = end - start;
      succeededAt = end;
      everSucceeded = true;
      // An answer to a question asked before somebody found it down proves nothing.
      if (down && downAt - start < 0) {
        LOG.log(System.Logger.Level.INFO, "Database answers again, orders are taken");
        down = false;
      }
    } catch (RuntimeException e) {
      down(String.valueOf(e.getMessage()));
    } finally {
      probing = false;
    }
  }
}
