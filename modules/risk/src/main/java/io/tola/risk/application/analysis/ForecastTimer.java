package io.tola.risk.application.analysis;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Asks every few minutes, on every node, whether another day is over. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ForecastTimer {

  private static final Logger LOG = System.getLogger(ForecastTimer.class.getName());

  @Resource(lookup = RiskAnalyst.THREADS)
  private ManagedThreadFactory threads;

  @Inject private RiskAnalyst analyst;

  @Inject
  @ConfigProperty(name = "tola.risk.forecasts", defaultValue = "true")
  private boolean on;

  @Inject
  @ConfigProperty(name = "tola.risk.forecast-seconds", defaultValue = "300")
  private int seconds;

  private ScheduledExecutorService timers;
  private volatile boolean failing;

  @PostConstruct
  void start() {
    if (on) {
      int every = Math.max(1, seconds);
      timers = new ScheduledThreadPoolExecutor(1, threads);
      timers.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.SECONDS);
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
      int made = analyst.forecastRound();
      if (made > 0) {
        LOG.log(Level.INFO, "VaR of the day that is over was foretold for {0} accounts", made);
      }
      failing = false;
    } catch (RuntimeException e) {
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "VaR can't be foretold", e);
      failing = true;
    }
  }
}
