package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.cache.QueryCaches;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.store.BarStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Bars for showing, from answers that may be given again: those of the last day for a minute, older ones
 * for five. Whoever writes bars says so here, and the next read on any node has them. Thread-safe.
 */
@ApplicationScoped
public class BarPages {

  static final String RECENT = "ohlc";
  static final String PAST = "historical";

  private static final Duration A_DAY = Duration.ofDays(1);
  private static final int PAGES = 500;

  /** A page of a thousand, and the bar that tells of more; longer ones are too long to be kept. */
  static final int MOST_KEPT = 1_001;

  @Inject private BarStore bars;
  @Inject private QueryCaches caches;
  @Inject private Clock clock;

  /** This one by way of the container, where its cached methods are cached. */
  @Inject private Instance<BarPages> self;

  /** For the container. */
  public BarPages() {}

  BarPages(BarStore bars, QueryCaches caches, Clock clock, Instance<BarPages> self) {
    this.bars = bars;
    this.caches = caches;
    this.clock = clock;
    this.self = self;
  }

  /** As {@link BarStore#history}; more than {@link #MOST_KEPT} past the cache. */
  public List<Bar> history(
      Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit)
      throws SQLException {
    if (limit > MOST_KEPT) {
      return List.copyOf(bars.history(symbol, interval, from, to, after, limit));
    }
    return to.isBefore(clock.instant().minus(A_DAY))
        ? self.get().past(symbol, interval, from, to, after, limit)
        : self.get().recent(symbol, interval, from, to, after, limit);
  }

  /** Bars that may still change. */
  @Cached(prefix = RECENT, ttl = Cached.OHLC, maxSize = PAGES)
  public List<Bar> recent(
      Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit)
      throws SQLException {
    return List.copyOf(bars.history(symbol, interval, from, to, after, limit));
  }

  /** Bars of days that are over. */
  @Cached(prefix = PAST, ttl = Cached.HISTORICAL, maxSize = PAGES)
  public List<Bar> past(
      Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit)
      throws SQLException {
    return List.copyOf(bars.history(symbol, interval, from, to, after, limit));
  }

  /**
   * Says that bars were written, and committed.
   *
   * @param first the start of the oldest one, or null when that isn't known
   */
  public void written(Instant first) {
    caches.invalidate(RECENT, "");
    if (first == null || first.isBefore(clock.instant().minus(A_DAY))) {
      caches.invalidate(PAST, "");
    }
  }
}
