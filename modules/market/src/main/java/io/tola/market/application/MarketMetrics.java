package io.tola.market.application;

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
import java.util.ArrayList;
import java.util.List;
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

  private final List<Carried> carried = new ArrayList<>();

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
    gauge("tola_cache_size", "Entries on this node", figures::quotes, new Tag("cache", "quotes"));
    Tag cache = new Tag("cache", "quotes");
    count("tola_ticks_total", "Ticks taken in by this node as the driver", figures::ticks);
    count("tola_ticks_stored_total", "Ticks stored from bulk loads", figures::ticksStored);
    count("tola_ticks_rejected_total", "Ticks of bulk loads refused", figures::ticksRejected);
    count("tola_cache_hits_total", "Reads answered from memory", figures::hits, cache);
    count("tola_cache_misses_total", "Reads that found no fresh entry", figures::misses, cache);
    count(
        "tola_cache_loads_total",
        "Look-ups in the shared cache or database",
        figures::loads,
        cache);
    count("tola_cache_load_failures_total", "Look-ups that failed", figures::failures, cache);
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

  private void carryOver() {
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
