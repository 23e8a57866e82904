package io.tola.strategy.application;

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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Asks every few seconds, on every node, whether a strategy is due; the database lets one node have it.
 * Only a strategy that was given a schedule ever is.
 */
@ContextServiceDefinition(
    name = StrategyTimer.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = StrategyTimer.THREADS, context = StrategyTimer.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class StrategyTimer {

  private static final Logger LOG = System.getLogger(StrategyTimer.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private StrategyFloor floor;

  @Inject
  @ConfigProperty(name = "tola.strategy.timer", defaultValue = "true")
  private boolean on;

  @Inject
  @ConfigProperty(name = "tola.strategy.timer-seconds", defaultValue = "5")
  private int seconds;

  private ScheduledExecutorService timers;
  private volatile boolean failing;

  @PostConstruct
  void start() {
    if (on) {
      int every = Math.max(1, seconds);
      timers = new ScheduledThreadPoolExecutor(1, threads);
      timers.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.SECONDS);
      LOG.log(Level.INFO, "Strategies that have a schedule are run; looked for every {0} s", every);
    }
  }

  @PreDestroy
  void stop() {
    if (timers != null) {
      timers.shutdownNow();
    }
  }

  /** An exception would end the timer for good; what fails is tried again at the next tick. */
  private void tick() {
    try {
      floor.runScheduled();
      failing = false;
    } catch (ScheduleFault e) {
      // Said once, on one line; where it came from is for those who look for it.
      LOG.log(
          failing ? Level.DEBUG : Level.WARNING,
          "Tried again every few seconds, said once: {0}",
          e.getMessage());
      LOG.log(Level.DEBUG, "Strategies can't be run by the clock", e);
      failing = true;
    } catch (RuntimeException e) {
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "Strategies can't be run by the clock", e);
      failing = true;
    }
  }
}
