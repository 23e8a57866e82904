package io.tola.market.application;

import io.tola.market.store.TickStore;
import jakarta.annotation.PostConstruct;
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
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/**
 * Makes the monthly partitions of ticks and bars ahead, and drops those that are older than they are
 * kept. Every node does it, at the start and every hour: doing it twice changes nothing.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MonthKeeper {

  private static final Logger LOG = System.getLogger(MonthKeeper.class.getName());

  private static final Duration AHEAD = Duration.ofDays(62);

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private Config config;
  @Inject private Clock clock;
  @Inject private TickStore store;
  @Inject private BarPages pages;

  private KeepSettings settings;

  @PostConstruct
  void start() {
    try {
      settings = KeepSettings.read(name -> config.getOptionalValue(name, String.class));
    } catch (IllegalArgumentException e) {
      LOG.log(Level.ERROR, "Ticks and bars are neither taken in nor dropped: {0}", e.getMessage());
      return;
    }
    timers.scheduleWithFixedDelay(this::keepGuarded, 5, 3_600, TimeUnit.SECONDS);
  }

  private void keepGuarded() {
    try {
      List<String> dropped = keep(store, settings, clock.instant());
      if (!dropped.isEmpty()) {
        pages.written(null);
        LOG.log(Level.INFO, "Dropped what is older than it is kept: {0}", dropped);
      }
    } catch (SQLException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "Months of ticks and bars were not looked after and will be in an hour: {0}",
          e.getMessage());
    }
  }

  /** What was dropped. */
  static List<String> keep(TickStore store, KeepSettings settings, Instant now)
      throws SQLException {
    store.ensureMonths(now, now.plus(AHEAD));
    List<String> dropped = new ArrayList<>();
    dropped.addAll(store.dropMonthsBefore("ticks", settings.ticksSince(now)));
    dropped.addAll(store.dropMonthsBefore("tick_minutes", settings.ticksSince(now)));
    dropped.addAll(store.dropMonthsBefore("ohlc_data", settings.barsSince(now)));
    return dropped;
  }
}
