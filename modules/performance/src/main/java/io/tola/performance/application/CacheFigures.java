package io.tola.performance.application;

import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.cache.QueryCaches;
import io.tola.performance.api.CacheReport;
import io.tola.performance.api.CacheStats;
import io.tola.performance.api.CacheUse;
import io.tola.performance.domain.Figures;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;

/** The caches of this node by what each of them counts. Thread-safe. */
@ApplicationScoped
public class CacheFigures {

  private QueryCaches caches;
  private Clock clock;

  /** For the proxy. */
  protected CacheFigures() {}

  @Inject
  CacheFigures(QueryCaches caches, Clock clock) {
    this.caches = caches;
    this.clock = clock;
  }

  /** All caches of this node, since its start. */
  public CacheStats together() {
    return together(caches.statistics());
  }

  /** Each of them and all together. */
  public CacheReport report() {
    List<CacheStatistics> all = caches.statistics();
    String trouble = caches.trouble();
    return new CacheReport(
        clock.instant(),
        together(all),
        trouble == null,
        trouble,
        all.stream().map(CacheFigures::use).toList());
  }

  private static CacheStats together(List<CacheStatistics> all) {
    long size = 0;
    Long maxSize = all.isEmpty() ? null : Long.valueOf(0);
    long hits = 0;
    long misses = 0;
    for (CacheStatistics each : all) {
      size += each.size();
      maxSize = maxSize == null || each.maxSize() == null ? null : maxSize + each.maxSize();
      hits += each.hits();
      misses += each.misses();
    }
    return new CacheStats(size, maxSize, hits, misses, rate(hits, misses), (int) Cached.OHLC);
  }

  private static BigDecimal rate(long hits, long misses) {
    return hits + misses == 0 ? null : Figures.rate(hits, hits + misses, 2);
  }

  private static CacheUse use(CacheStatistics s) {
    return new CacheUse(
        s.name(),
        s.ttlSeconds(),
        s.size(),
        s.maxSize(),
        s.hits(),
        s.sharedHits(),
        s.joinedHits(),
        s.misses(),
        rate(s.hits(), s.misses()),
        s.loads(),
        s.loadFailures(),
        s.meanLoadMs(),
        s.evictions(),
        s.invalidations(),
        s.bypassed(),
        s.shared());
  }
}
