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
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Asks every few seconds, on every node, whether a strategy is due; the database lets one node have it.
 * Off unless switched on.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class StrategyTimer {

  private static final Logger LOG = System.getLogger(StrategyTimer.class.getName());

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private StrategyFloor floor;

  @Inject
  @ConfigProperty(name = "tola.strategy.timer", defaultValue = "false")
  private boolean on;

  @Inject
  @ConfigProperty(name = "tola.strategy.timer-seconds", defaultValue = "5")
  private int seconds;

  private Future<?> running;
  private volatile boolean failing;

  @PostConstruct
  void start() {
    if (on) {
      int every = Math.max(1, seconds);
      running = timers.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.SECONDS);
      LOG.log(Level.INFO, "Strategies that have a schedule are run; looked for every {0} s", every);
    }
  }

  @PreDestroy
  void stop() {
    if (running != null) {
      running.cancel(true);
    }
  }

  /** An exception would end the timer for good; what fails is tried again at the next tick. */
  private void tick() {
    try {
      floor.runScheduled();
      failing = false;
    } catch (RuntimeException e) {
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "Strategies can't be run by the clock", e);
      failing = true;
    }
  }
}
