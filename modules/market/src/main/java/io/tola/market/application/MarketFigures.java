package io.tola.market.application;

import io.tola.kernel.cache.CacheStatistics;
import io.tola.market.api.Quote;
import io.tola.market.store.SharedQuotes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The figures that readiness and metrics both show. Thread-safe. */
@ApplicationScoped
public class MarketFigures {

  @Inject private QuoteBoard board;
  @Inject private Clock clock;
  @Inject private SharedQuotes shared;
  @Inject private MarketReference reference;

  private final LongAdder ticksStored = new LongAdder();
  private final LongAdder ticksRejected = new LongAdder();
  private volatile QuoteLoads loads;

  public void watch(QuoteLoads loads) {
    this.loads = loads;
  }

  /** Seconds since the newest quote on this node was received; infinite without any. */
  public double newestQuoteAge() {
    Instant newest = Instant.MIN;
    for (Quote quote : board.all()) {
      newest = quote.receivedAt().isAfter(newest) ? quote.receivedAt() : newest;
    }
    return newest.equals(Instant.MIN) ? Double.POSITIVE_INFINITY : age(newest);
  }

  /** Seconds since the oldest quote on this node was received; infinite without any. */
  public double oldestQuoteAge() {
    Instant oldest = Instant.MAX;
    for (Quote quote : board.all()) {
      oldest = quote.receivedAt().isBefore(oldest) ? quote.receivedAt() : oldest;
    }
    return oldest.equals(Instant.MAX) ? Double.POSITIVE_INFINITY : age(oldest);
  }

  private double age(Instant instant) {
    return Math.max(0, Duration.between(instant, clock.instant()).toNanos() / 1e9);
  }

  public int quotes() {
    return board.all().size();
  }

  public long ticks() {
    return board.ticks();
  }

  public void countTicksStored(long stored, long rejected) {
    ticksStored.add(stored);
    ticksRejected.add(rejected);
  }

  public long ticksStored() {
    return ticksStored.sum();
  }

  public long ticksRejected() {
    return ticksRejected.sum();
  }

  public long hits() {
    return loads == null ? 0 : loads.hits();
  }

  public long misses() {
    return loads == null ? 0 : loads.misses();
  }

  public long loads() {
    return loads == null ? 0 : loads.loads();
  }

  public long failures() {
    return loads == null ? 0 : loads.failures();
  }

  /** The quotes of this node as a cache. */
  public CacheStatistics statistics() {
    return new CacheStatistics(
        "quotes",
        SharedQuotes.TTL.toSeconds(),
        quotes(),
        (long) reference.instruments().size(),
        hits(),
        0,
        0,
        misses(),
        loads() - failures(),
        failures(),
        loads == null ? null : loads.meanMillis(),
        0,
        0,
        0,
        shared.health() == null);
  }

  /** What an operator sees of the cache. */
  public Map<String, Object> cache() {
    return Map.of(
        "size", quotes(),
        "hits", hits(),
        "misses", misses(),
        "loads", loads(),
        "failed_loads", failures(),
        "ttl_seconds", SharedQuotes.TTL.toSeconds());
  }
}
