package io.tola.market.application;

import io.tola.kernel.cache.CacheStatistics;
import io.tola.market.store.ResultCaches;
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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * The market's metrics. Counting happens in plain adders on the hot path; once a second their growth
 * is carried over into the registry.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MarketMetrics {

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private MetricRegistry registry;
  @Inject private MarketFigures figures;
  @Inject private FeedDriver driver;

  @Inject private ResultCaches caches;

  private final List<Carried> carried = new ArrayList<>();
  private final Map<String, CacheStatistics> latest = new ConcurrentHashMap<>();

  @PostConstruct
  void register() {
    gauge(
        "tola_quote_age_seconds",
        "Seconds since a quote on this node was received",
        figures::newestQuoteAge,
        new Tag("which", "newest"));
    gauge(
        "tola_quote_age_seconds",
        "Seconds since a quote on this node was received",
        figures::oldestQuoteAge,
        new Tag("which", "oldest"));
    gauge(
        "tola_feed_lag_seconds",
        "Seconds of market time the feed is behind its pace; 0 on a follower",
        () -> {
          Feed feed = driver.feed();
          return feed == null ? 0.0 : feed.lagSeconds();
        });
    gauge(
        "tola_feed_driver",
        "1 on the node that drives the feed",
        () -> driver.role() == FeedDriver.Role.DRIVER ? 1 : 0);
    count("tola_ticks_total", "Ticks taken in by this node as the driver", figures::ticks);
    count("tola_ticks_stored_total", "Ticks stored from bulk loads", figures::ticksStored);
    count("tola_ticks_rejected_total", "Ticks of bulk loads refused", figures::ticksRejected);
    gauge(
        "tola_cache_shared",
        "1 while the tier that nodes share works",
        () -> caches.trouble() == null ? 1 : 0);
    carryOver();
    timers.scheduleWithFixedDelay(this::carryOver, 1, 1, TimeUnit.SECONDS);
  }

  private void gauge(String name, String description, Supplier<Number> value, Tag... tags) {
    registry.gauge(
        Metadata.builder().withName(name).withDescription(description).build(), value, tags);
  }

  private void count(String name, String description, LongSupplier total, Tag... tags) {
    Counter counter =
        registry.counter(
            Metadata.builder().withName(name).withDescription(description).build(), tags);
    carried.add(new Carried(counter, total));
  }

  /** A cache is there from its first use on. */
  private void show(CacheStatistics found) {
    String name = found.name();
    Tag tag = new Tag("cache", name);
    gauge("tola_cache_size", "Answers kept on this node", () -> now(name).size(), tag);
    gauge("tola_cache_ttl_seconds", "How long one is kept", () -> now(name).ttlSeconds(), tag);
    if (found.maxSize() != null) {
      gauge("tola_cache_max_size", "As many are kept", () -> now(name).maxSize(), tag);
    }
    gauge(
        "tola_cache_load_ms",
        "Mean time of a load; 0 before the first",
        () -> now(name).meanLoadMs() == null ? BigDecimal.ZERO : now(name).meanLoadMs(),
        tag);
    count("tola_cache_hits_total", "Reads without a load", () -> now(name).hits(), tag);
    count("tola_cache_misses_total", "Reads that had to load", () -> now(name).misses(), tag);
    count("tola_cache_loads_total", "Loads", () -> now(name).loads(), tag);
    count(
        "tola_cache_load_failures_total", "Loads that failed", () -> now(name).loadFailures(), tag);
    count("tola_cache_evictions_total", "Gone for want of room", () -> now(name).evictions(), tag);
    count("tola_cache_invalidations_total", "As said here", () -> now(name).invalidations(), tag);
    count("tola_cache_bypassed_total", "In a transaction", () -> now(name).bypassed(), tag);
  }

  private CacheStatistics now(String cache) {
    return latest.get(cache);
  }

  private void carryOver() {
    caches.settle();
    for (CacheStatistics each : caches.statistics()) {
      if (latest.put(each.name(), each) == null) {
        show(each);
      }
    }
    for (Carried each : carried) {
      each.carryOver();
    }
  }

  /** A registry's counter that follows an adder. */
  private static final class Carried {
    private final Counter counter;
    private final LongSupplier total;
    private long done;

    private Carried(Counter counter, LongSupplier total) {
      this.counter = counter;
      this.total = total;
    }

    private void carryOver() {
      long now = total.getAsLong();
      if (now > done) {
        counter.inc(now - done);
        done = now;
      }
    }
  }
}
