package io.tola.gateway.jms;

import io.tola.kernel.ComponentStatus;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens the queue's door with the application: a few threads that listen, each with a connection of
 * its own, and connect again for as long as the application runs. Thread-safe.
 */
@ApplicationScoped
public class OrderDoor {

  private static final Logger LOG = System.getLogger(OrderDoor.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final long STOP_WITHIN_MILLIS = 5_000;

  // They reach the desk's reads, and so the database: see web.xml for why they aren't the default.
  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  @Inject private OrderListener listener;

  @Inject
  @ConfigProperty(name = "tola.jms.orders.listeners", defaultValue = "4")
  private int listeners;

  private final List<Thread> running = new ArrayList<>();
  private final AtomicInteger listening = new AtomicInteger();
  private final Object bell = new Object();
  private volatile boolean closing;
  private volatile String refusal = "";

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    for (int i = 0; i < listeners; i++) {
      Thread thread = threads.newThread(this::run);
      thread.setName("tola-jms-orders-" + (i + 1));
      running.add(thread);
      thread.start();
    }
  }

  @PreDestroy
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
          if (listener.brokerNamesSenders()) {
            refusal = "";
            listener.listen(
                this::pause,
                () -> {
                  connected[0] = true;
                  listening.incrementAndGet();
                });
          } else if (refusal.isEmpty()) {
            refusal = "the broker doesn't say who sent a message: set populate-validated-user";
            LOG.log(
                Level.ERROR, "no orders are taken from {0}: {1}", OrderListener.ORDERS, refusal);
          }
        } catch (JMSException | RuntimeException e) {
          LOG.log(
              connected[0] && !closing ? Level.INFO : Level.DEBUG,
              "not listening to {0}: {1}",
              OrderListener.ORDERS,
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

  /** How the door is; a part that is down leaves the node ready, REST goes on. */
  public ComponentStatus status() {
    int now = listening.get();
    return refusal.isEmpty()
        ? new ComponentStatus("jms-orders", now > 0, Map.of("listeners", now))
        : new ComponentStatus("jms-orders", false, Map.of("listeners", now, "reason", refusal));
  }
}
