package io.tola.performance.application;

import io.tola.kernel.ComponentStatus;
import io.tola.kernel.port.Component;
import io.tola.kernel.sql.Obstacle;
import io.tola.kernel.sql.ReadRouter;
import io.tola.kernel.sql.ReplicaBounds;
import io.tola.performance.api.ReadRoutes;
import io.tola.performance.api.ReadRouting;
import io.tola.performance.domain.Figures;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Hands the replica to the {@link ReadRouter} when one is configured, looks at it every second, and tells
 * of it. Without one there is no thread, no connection and no metric. Thread-safe.
 */
@ContextServiceDefinition(
    name = ReplicaWatch.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = ReplicaWatch.THREADS, context = ReplicaWatch.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@Local({ReadRoutes.class, Component.class})
public class ReplicaWatch implements ReadRoutes, Component {

  private static final Logger LOG = System.getLogger(ReplicaWatch.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-replica-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-replica-threads";

  private static final Duration EVERY = Duration.ofSeconds(1);

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Resource(lookup = "jdbc/tola")
  private DataSource primary;

  /**
   * Not shareable: it is asked in the callers' own scopes, and a shareable connection would be kept until
   * the caller's ends, while it waits for the replica. A frozen one would empty the primary's pool.
   */
  @Resource(lookup = "jdbc/tola", shareable = false)
  private DataSource positions;

  /** There in any case; it connects to nothing unless it is used. */
  @Resource(lookup = "jdbc/tola-read", shareable = false)
  private DataSource replica;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  @Inject private ReadRouter router;
  @Inject private MetricRegistry metrics;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.db.read.host")
  private Optional<String> host;

  @Inject
  @ConfigProperty(name = "tola.db.read.max-lag-millis", defaultValue = "2000")
  private long maxLagMillis;

  @Inject
  @ConfigProperty(name = "tola.db.read.catch-up-millis", defaultValue = "10")
  private long catchUpMillis;

  @Inject
  @ConfigProperty(name = "tola.db.read.healthy-looks", defaultValue = "3")
  private int healthyLooks;

  @Inject
  @ConfigProperty(name = "tola.db.read.overdue-millis", defaultValue = "700")
  private long overdueMillis;

  private final Map<Obstacle, Counter> fallbacks = new EnumMap<>(Obstacle.class);
  private Counter onReplica;
  private Counter onPrimary;
  private Thread thread;
  private volatile boolean stopped;

  /** For the container. */
  public ReplicaWatch() {}

  ReplicaWatch(ReadRouter router, Clock clock) {
    this.router = router;
    this.clock = clock;
  }

  @PostConstruct
  void start() {
    String server = host.map(String::strip).orElse("");
    if (server.isEmpty()) {
      return;
    }
    if (server.contains(",")) {
      // A look at one of several says nothing of the others.
      LOG.log(
          Level.ERROR, "tola.db.read.host must name one replica; nothing is read from {0}", server);
      return;
    }
    register();
    router.attach(
        replica,
        positions,
        new ReplicaBounds(
            Duration.ofMillis(maxLagMillis),
            Duration.ofMillis(catchUpMillis),
            healthyLooks,
            Duration.ofMillis(overdueMillis)),
        () -> transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION);
    thread = threads.newThread(this::run);
    thread.setName("tola-replica-watch");
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    router.detach();
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run() {
    while (!stopped) {
      try {
        router.look(primary);
        carry();
        Thread.sleep(EVERY.toMillis());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // Nothing seen: reads go to the primary until a look succeeds.
        LOG.log(Level.WARNING, "The replica can''t be looked at: {0}", e.toString());
        if (!rest()) {
          return;
        }
      }
    }
  }

  private static boolean rest() {
    try {
      Thread.sleep(EVERY.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void register() {
    String reads = "tola_db_reads_total";
    String description = "Reads that bear lag, by who answered them";
    onReplica = counter(reads, description, new Tag("source", "replica"));
    onPrimary = counter(reads, description, new Tag("source", "primary"));
    for (Obstacle obstacle : Obstacle.values()) {
      fallbacks.put(
          obstacle,
          counter(
              "tola_db_read_fallbacks_total",
              "Reads that bear lag and that the primary answered, by why",
              new Tag("reason", obstacle.code())));
    }
    gauge(
        "tola_db_replica_lag_ms",
        "How old the replica was when last looked at, milliseconds; -1: not known",
        f -> f.lagMillis() == null ? -1 : f.lagMillis());
    gauge(
        "tola_db_replica_lag_bytes",
        "What of the primary's log the replica hadn't replayed when last looked at; -1: not known",
        f -> f.lagBytes() == null ? -1 : f.lagBytes());
    gauge(
        "tola_db_replica_in_use",
        "1 while reads that bear lag go to the replica",
        f -> f.obstacle() == null ? 1 : 0);
  }

  private Counter counter(String name, String description, Tag tag) {
    return metrics.counter(
        Metadata.builder().withName(name).withDescription(description).build(), tag);
  }

  private void gauge(String name, String description, ToDoubleFunction<ReadRouter.Figures> value) {
    metrics.gauge(
        Metadata.builder().withName(name).withDescription(description).build(),
        () -> {
          ReadRouter.Figures figures = router.figures();
          return figures == null ? -1 : value.applyAsDouble(figures);
        });
  }

  /** Counters follow the router's own. */
  private void carry() {
    ReadRouter.Figures figures = router.figures();
    if (figures != null) {
      follow(onReplica, figures.all().onReplica());
      follow(onPrimary, figures.all().onPrimary());
      figures.all().fallbacks().forEach((why, count) -> follow(fallbacks.get(why), count));
    }
  }

  private static void follow(Counter counter, long total) {
    counter.inc(total - counter.getCount());
  }

  @Override
  public ReadRouting now() {
    Instant now = clock.instant();
    ReadRouter.Figures figures = router.figures();
    if (figures == null) {
      return new ReadRouting(now, false, null, null, null, null);
    }
    Map<String, ReadRouting.Reads> byRead = new TreeMap<>();
    figures.reads().forEach((what, counts) -> byRead.put(what, reads(counts)));
    ReplicaBounds bounds = figures.bounds();
    return new ReadRouting(
        now,
        true,
        new ReadRouting.Replica(
            figures.obstacle() == null,
            figures.obstacle() == null ? null : figures.obstacle().code(),
            figures.lagMillis(),
            figures.lagBytes(),
            figures.lookedMillisAgo() == null ? null : now.minusMillis(figures.lookedMillisAgo()),
            now.minusMillis(figures.sinceMillis()),
            figures.looks(),
            figures.timeline() == 0 ? null : figures.timeline()),
        new ReadRouting.Bounds(
            bounds.maxLag().toMillis(),
            bounds.catchUp().toMillis(),
            bounds.healthyLooks(),
            bounds.overdue().toMillis()),
        reads(figures.all()),
        byRead);
  }

  private static ReadRouting.Reads reads(ReadRouter.Counts counts) {
    long all = counts.onReplica() + counts.onPrimary();
    Map<String, Long> fallbacks = new TreeMap<>();
    counts.fallbacks().forEach((why, count) -> fallbacks.put(why.code(), count));
    return new ReadRouting.Reads(
        counts.onReplica(),
        counts.onPrimary(),
        all == 0 ? null : Figures.rate(counts.onReplica(), all, 2),
        fallbacks);
  }

  /** A word about the replica beside what the database says of itself; it never makes a node unready. */
  @Override
  public ComponentStatus status() {
    ReadRouter.Figures figures = router.figures();
    Map<String, Object> detail = new LinkedHashMap<>();
    if (figures != null) {
      detail.put("replica", figures.obstacle() == null ? "in use" : figures.obstacle().code());
      if (figures.lagMillis() != null) {
        detail.put("replica_lag_ms", figures.lagMillis());
      }
    }
    return new ComponentStatus("database", true, detail);
  }
}
