package io.tola.gateway.stream;

import io.tola.gateway.security.Authenticator;
import io.tola.gateway.security.Caller;
import io.tola.market.api.MarketData;
import io.tola.trading.api.ExecutionFeed;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps the streams going: one thread makes the rounds, every {@code tola.stream.poll-millis}, sooner
 * when this node publishes a report. Thread-safe.
 */
@ApplicationScoped
public class StreamHub {

  private static final Logger LOG = System.getLogger(StreamHub.class.getName());
  private static final long SECOND = 1_000_000_000L;
  private static final long MEGABYTE = 1_048_576L;

  /** Each waits some ten seconds for a client that reads nothing; they come and go as needed. */
  private static final int CLOSERS = 64;

  /** Under load a few reports come with every commit: let them gather. */
  private static final long GATHER_MILLIS = 10;

  /** A database that is away isn't asked more often. */
  private static final long AWAY_NANOS = SECOND;

  private static final long STOP_WITHIN_MILLIS = 3_000;

  // They read the database: see web.xml for why they aren't the default ones.
  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  @Inject private ExecutionFeed feed;
  @Inject private MarketData market;
  @Inject private Authenticator authenticator;
  @Inject private Clock clock;
  @Inject private StreamMetrics metrics;

  @Inject
  @ConfigProperty(name = "tola.stream.poll-millis", defaultValue = "100")
  private int pollMillis;

  @Inject
  @ConfigProperty(name = "tola.stream.connections", defaultValue = "2000")
  private int connections;

  @Inject
  @ConfigProperty(name = "tola.stream.connections-per-user", defaultValue = "20")
  private int connectionsPerUser;

  @Inject
  @ConfigProperty(name = "tola.stream.messages-per-second", defaultValue = "50")
  private int messagesPerSecond;

  @Inject
  @ConfigProperty(name = "tola.stream.held-megabytes", defaultValue = "32")
  private int heldMegabytes;

  @Inject
  @ConfigProperty(name = "tola.stream.slow-seconds", defaultValue = "10")
  private int slowSeconds;

  @Inject
  @ConfigProperty(name = "tola.stream.heartbeat-seconds", defaultValue = "15")
  private int heartbeatSeconds;

  private Streams streams;
  private ThreadPoolExecutor closers;
  private Thread rounds;

  /** Liberty cuts all connections before it tells the application that it ends: so we hear it first. */
  private Thread ending;

  private final Object bell = new Object();
  private boolean rung;
  private volatile boolean stopped;

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    // Made with the application, so that it is there before the first connection.
    rounds.start();
  }

  @PostConstruct
  void start() {
    streams =
        new Streams(
            feed,
            market,
            this::caller,
            clock,
            new Streams.Limits(
                connections,
                connectionsPerUser,
                Math.max(16, connections / 8),
                messagesPerSecond,
                heldMegabytes * MEGABYTE,
                5 * SECOND,
                slowSeconds * SECOND,
                heartbeatSeconds * SECOND),
            metrics,
            System.nanoTime());
    metrics.watch(streams);
    closers =
        new ThreadPoolExecutor(
            CLOSERS, CLOSERS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), threads);
    closers.allowCoreThreadTimeOut(true);
    rounds = threads.newThread(this::run);
    rounds.setName("tola-stream");
    ending = new Thread(streams::closeAll, "tola-stream-ending");
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /** Jakarta's WebSocket doesn't say where a connection comes from, so we can't let in who must. */
  private Caller caller(String token) {
    Caller caller = authenticator.authenticate("Bearer " + token);
    if (caller.addresses() != null) {
      throw Caller.refusedDoor();
    }
    return caller;
  }

  @PreDestroy
  void stop() {
    stopped = true;
    ring();
    streams.closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "the JVM ends, the hook has run", e);
    }
    closers.shutdown();
    try {
      closers.awaitTermination(STOP_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
      rounds.join(STOP_WITHIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The connections of this node. */
  Streams streams() {
    return streams;
  }

  /** Threads that may wait for a client to take its goodbye. */
  Executor closers() {
    return closers;
  }

  /** Something new may be there: don't wait for the next round. */
  public void ring() {
    synchronized (bell) {
      rung = true;
      bell.notifyAll();
    }
  }

  private void run() {
    boolean away = false;
    long awaySince = 0;
    while (!stopped) {
      boolean more = false;
      long now = System.nanoTime();
      try {
        boolean readable = !away || now - awaySince >= AWAY_NANOS;
        more = streams.round(now, readable);
        if (away && readable) {
          away = false;
          LOG.log(Level.INFO, "order updates can be read again");
        }
      } catch (RuntimeException e) {
        if (!away) {
          LOG.log(Level.WARNING, "order updates can''t be read, they wait: {0}", e.toString());
        }
        away = true;
        awaySince = System.nanoTime();
      }
      if (!more) {
        pause();
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // waking for nothing costs one round
  private void pause() {
    try {
      Thread.sleep(Math.min(GATHER_MILLIS, pollMillis));
      synchronized (bell) {
        if (!rung && !stopped) {
          bell.wait(pollMillis);
        }
        rung = false;
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }
}
