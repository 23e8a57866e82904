package io.tola.portfolio.application;

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
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Compares the last statements again when they are due, and tells of breaks that stay open. On every
 * node; the account's lock lets one node have each.
 */
@ContextServiceDefinition(
    name = ReconciliationTimer.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(
    name = ReconciliationTimer.THREADS,
    context = ReconciliationTimer.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ReconciliationTimer {

  private static final Logger LOG = System.getLogger(ReconciliationTimer.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-reconciliation-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them.
   */
  static final String THREADS = "java:module/concurrent/tola-reconciliation-threads";

  private static final int MOST_AT_ONCE = 100;

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private ReconciliationOffice office;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.timer-seconds", defaultValue = "30")
  private int seconds;

  private ScheduledExecutorService timers;
  private volatile boolean failing;

  @PostConstruct
  void start() {
    int every = Math.max(1, seconds);
    timers = new ScheduledThreadPoolExecutor(1, threads);
    timers.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    timers.shutdownNow();
  }

  /** What fails is tried again at the next tick, and doesn't keep the others waiting. */
  private void tick() {
    boolean fine =
        each(() -> office.due(MOST_AT_ONCE), office::compareIfDue)
            & each(() -> office.overdue(MOST_AT_ONCE), office::alert);
    failing = !fine;
  }

  private <T> boolean each(Supplier<List<T>> due, Consumer<T> work) {
    List<T> items;
    try {
      items = due.get();
    } catch (RuntimeException e) {
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "Reconciliation can't see what is due", e);
      return false;
    }
    boolean fine = true;
    for (T item : items) {
      try {
        work.accept(item);
      } catch (RuntimeException e) {
        LOG.log(failing ? Level.DEBUG : Level.WARNING, "Reconciliation of " + item + " failed", e);
        fine = false;
      }
    }
    return fine;
  }
}
