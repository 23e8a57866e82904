package io.tola.audit.application;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.store.TreeStore;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * What the trail needs done beside the orders: entries are taken into the tree a few times a second,
 * the newest checkpoint is kept every minute, and what is old enough is dropped. Runs on every node;
 * the database lets one grow the tree at a time.
 */
@ContextServiceDefinition(
    name = TreeGrowth.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = TreeGrowth.THREADS, context = TreeGrowth.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class TreeGrowth {

  private static final Logger LOG = System.getLogger(TreeGrowth.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  /** What drops a backlog of old entries must not keep new ones waiting. */
  private static final int THREAD_COUNT = 2;

  private static final Metadata LAG =
      Metadata.builder()
          .withName("tola_audit_integration_time")
          .withDescription("From the closing of a block until its entries are in the Merkle tree")
          .build();
  private static final Metadata INTEGRATED =
      Metadata.builder()
          .withName("tola_audit_integrated_total")
          .withDescription("Entries that this node took into the Merkle tree")
          .build();

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private TreeStore store;
  @Inject private Checkpoints checkpoints;
  @Inject private Retention retention;
  @Inject private Clock clock;
  @Inject private MetricRegistry metrics;

  @Inject
  @ConfigProperty(name = "tola.audit.integrate-millis", defaultValue = "200")
  private int integrateMillis;

  @Inject
  @ConfigProperty(name = "tola.audit.checkpoint-seconds", defaultValue = "60")
  private int checkpointSeconds;

  @Inject
  @ConfigProperty(name = "tola.audit.retention-minutes", defaultValue = "60")
  private int retentionMinutes;

  private final DropStep dropStep = new DropStep();
  private ScheduledExecutorService chores;
  private volatile Set<Integer> halted = Set.of();

  @PostConstruct
  void start() {
    metrics.gauge(
        metadata("tola_audit_chains_halted", "Hash chains whose next block was changed"),
        this,
        t -> t.halted.size());
    metrics.gauge(
        metadata("tola_audit_log_forked", "1 when the log doesn't continue what was signed"),
        checkpoints,
        c -> c.forked() ? 1 : 0);
    chores = new ScheduledThreadPoolExecutor(THREAD_COUNT, threads);
    every(Math.max(10, integrateMillis), TimeUnit.MILLISECONDS, "grow the audit tree", this::grow);
    every(
        Math.max(1, checkpointSeconds),
        TimeUnit.SECONDS,
        "keep an audit checkpoint",
        checkpoints::keep);
    every(Math.max(1, retentionMinutes), TimeUnit.MINUTES, "drop old audit entries", this::drop);
  }

  @PreDestroy
  void stop() {
    chores.shutdownNow();
  }

  /** An exception would end the chore for good; what fails is tried again. */
  private void every(long period, TimeUnit unit, String what, Runnable chore) {
    boolean[] failing = new boolean[1];
    chores.scheduleWithFixedDelay(
        () -> {
          try {
            chore.run();
            failing[0] = false;
          } catch (RuntimeException e) {
            LOG.log(failing[0] ? Level.DEBUG : Level.WARNING, "Can't " + what, e);
            failing[0] = true;
          }
        },
        period,
        period,
        unit);
  }

  private void grow() {
    TreeStore.Step step;
    do {
      try {
        step = store.integrate(clock.instant());
      } catch (SQLException e) {
        throw new AuditFault("can't grow the audit tree", e);
      } catch (BrokenTree e) {
        throw new AuditFault("the audit tree is damaged, nothing is added to it", e);
      }
      if (step.entries() > 0) {
        metrics.counter(INTEGRATED).inc(step.entries());
        Instant now = clock.instant();
        step.closedAt().forEach(at -> metrics.timer(LAG).update(positive(at, now)));
      }
      if (!step.halted().equals(halted)) {
        if (!step.halted().isEmpty()) {
          LOG.log(
              Level.ERROR,
              "Audit chains {0} are not integrated: their next block was changed; verify the trail",
              step.halted());
        }
        halted = step.halted();
      }
    } while (step.more() && !Thread.currentThread().isInterrupted());
  }

  private void drop() {
    boolean more = true;
    while (more && !Thread.currentThread().isInterrupted()) {
      long startedNanos = System.nanoTime();
      try {
        more = retention.dropSome(dropStep.entries());
        dropStep.succeeded();
      } catch (RuntimeException e) {
        if (!dropStep.failed()) {
          throw e;
        }
        LOG.log(Level.DEBUG, "A step of the retention failed, a smaller one follows", e);
      }
      // While a step runs nothing is taken into the tree: most of the time must be between them.
      pause(Math.max(2L * integrateMillis, 3 * (System.nanoTime() - startedNanos) / 1_000_000));
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration positive(Instant from, Instant to) {
    return to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO;
  }

  private static Metadata metadata(String name, String description) {
    return Metadata.builder().withName(name).withDescription(description).build();
  }
}
