package io.tola.gateway.jms;

import io.tola.kernel.ComponentStatus;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whether the broker is there: what the last sending met, or, when nothing was sent for a while,
 * what a look at a queue meets. Says once that it is away and once that it is back. Thread-safe.
 */
@ApplicationScoped
public class Broker {

  private static final Logger LOG = System.getLogger(Broker.class.getName());
  private static final String NAME = "broker";
  private static final String PROBED_QUEUE = "tola.orders";
  private static final Duration QUIET = Duration.ofSeconds(5);

  @Resource(lookup = "jms/tola")
  private ConnectionFactory factory;

  @Resource private ManagedScheduledExecutorService scheduler;
  @Inject private Clock clock;

  private ScheduledFuture<?> probing;
  private volatile State state = new State(false, "not asked yet", Instant.EPOCH, Instant.EPOCH);

  private record State(boolean up, String reason, Instant since, Instant seen) {}

  @PostConstruct
  void start() {
    probing =
        scheduler.scheduleWithFixedDelay(this::probe, 0, QUIET.toMillis(), TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    probing.cancel(true);
  }

  private void probe() {
    if (state.up && state.seen.plus(QUIET).isAfter(clock.instant())) {
      return;
    }
    try {
      try (Connection connection = factory.createConnection();
          Session session = connection.createSession();
          // Asks the broker about the queue: a connection from the pool alone would prove nothing.
          QueueBrowser browser = session.createBrowser(session.createQueue(PROBED_QUEUE))) {
        browser.getQueue();
      }
      worked();
    } catch (JMSException | RuntimeException e) {
      failed(e);
    }
  }

  void worked() {
    State before = state;
    Instant now = clock.instant();
    state = new State(true, "", before.up ? before.since : now, now);
    if (!before.up) {
      LOG.log(Level.INFO, "the broker is there");
    }
  }

  void failed(Exception e) {
    State before = state;
    Instant now = clock.instant();
    state = new State(false, e.getClass().getSimpleName(), before.up ? now : before.since, now);
    if (before.up || before.since.equals(Instant.EPOCH)) {
      state = new State(false, e.getClass().getSimpleName(), now, now);
      LOG.log(Level.WARNING, "the broker is away, messages wait in the outbox", e);
    }
  }

  /** The broker as last seen. */
  public ComponentStatus status() {
    State now = state;
    return now.up
        ? new ComponentStatus(NAME, true, Map.of("since", now.since.toString()))
        : new ComponentStatus(
            NAME,
            false,
            Map.of("since", now.since.toString(), "reason", now.reason, "orders", "go on"));
  }
}
