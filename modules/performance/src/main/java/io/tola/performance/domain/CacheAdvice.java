package io.tola.performance.domain;

import io.tola.performance.api.Recommendation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules about caches: those that don't pay, and reads that would pay to be cached. */
public final class CacheAdvice {

  /** Fewer questions say nothing about a cache. */
  static final long ENOUGH_ASKED = 1_000;

  /** A cache that answers fewer of its questions costs more than it saves. */
  static final int POOR_PCT = 20;

  /** The target; below it the reason is looked for. */
  static final int TARGET_PCT = 80;

  static final long ENOUGH_READS = 10_000;
  private static final int WRITES_PCT = 1;

  private CacheAdvice() {}

  /**
   * What a cache counts, since the start.
   *
   * @param maxSize null when it has no bound
   * @param ttlSeconds 0 when unknown
   * @param loadMs mean of a load; null when unknown
   */
  public record CacheFacts(
      String name,
      long size,
      Long maxSize,
      long hits,
      long misses,
      long loads,
      long evictions,
      long invalidations,
      int ttlSeconds,
      BigDecimal loadMs) {

    long asked() {
      return hits + misses;
    }
  }

  /** Advice about caches there are. */
  public static List<Recommendation> ofCaches(Collection<CacheFacts> caches) {
    List<Recommendation> found = new ArrayList<>();
    for (CacheFacts c : caches) {
      if (c.asked() < ENOUGH_ASKED) {
        continue;
      }
      BigDecimal rate = Figures.rate(c.hits(), c.asked(), 2);
      String figures =
          c.hits()
              + " of "
              + c.asked()
              + " questions were answered from it ("
              + rate
              + " %)"
              + (c.loadMs() == null ? "" : ", a load takes " + c.loadMs() + " ms");
      long loads = Math.max(c.loads(), 1);
      if (c.maxSize() != null
          && c.evictions() * 10 >= loads
          && below(rate, TARGET_PCT)
          && c.size() * 10 >= c.maxSize() * 9) {
        found.add(
            new Recommendation(
                "cache_too_small",
                "warning",
                c.name(),
                figures
                    + "; "
                    + c.evictions()
                    + " answers of "
                    + c.loads()
                    + " loads had to go for want of room, "
                    + c.size()
                    + " of "
                    + c.maxSize()
                    + " places are taken",
                "Make room for " + c.maxSize() * 2 + " answers, and look again."));
      } else if (below(rate, TARGET_PCT) && c.invalidations() * 2 >= loads) {
        found.add(
            new Recommendation(
                "cache_invalidated",
                "info",
                c.name(),
                figures
                    + "; "
                    + c.invalidations()
                    + " invalidations beside "
                    + c.loads()
                    + " loads",
                "Invalidate what a write changes (one key, one prefix) instead of the whole cache, or don't"
                    + " cache what is written as often as it is read."));
      } else if (below(rate, TARGET_PCT)
          && c.ttlSeconds() > 0
          && loads >= 10 * Math.max(c.size(), 1)
          && c.evictions() * 10 < loads) {
        found.add(
            new Recommendation(
                "cache_ttl_short",
                "info",
                c.name(),
                figures
                    + "; "
                    + c.loads()
                    + " loads for "
                    + c.size()
                    + " answers: each is loaded again and again after its "
                    + c.ttlSeconds()
                    + " s",
                "Keep it longer than "
                    + c.ttlSeconds()
                    + " s if it may be that old, and invalidate on writes."));
      } else if (below(rate, POOR_PCT)) {
        found.add(
            new Recommendation(
                "cache_without_use",
                "warning",
                c.name(),
                figures,
                "Its keys are asked once: take the cache away, or make the key coarser."));
      }
    }
    return found;
  }

  private static boolean below(BigDecimal rate, int pct) {
    return rate.compareTo(BigDecimal.valueOf(pct)) < 0;
  }

  /**
   * Reads that would pay to be cached: asked often, by one method, of tables that are hardly
   * written.
   *
   * @param statements of the span
   * @param sentAs by id, as the code sends them
   * @param written rows written by table name, of all nodes, since the database's statistics were
   *     reset; of a table that isn't in it nothing is said
   */
  public static List<Recommendation> ofStatements(
      Collection<StatementStats> statements,
      Map<String, String> sentAs,
      Map<String, Long> written,
      SchemaFacts schema) {
    List<Recommendation> found = new ArrayList<>();
    for (StatementStats s : statements) {
      String sql = sentAs.get(s.id());
      if (sql == null || s.total() < ENOUGH_READS || s.callSites().size() != 1) {
        continue;
      }
      Set<String> tables = StatementTables.read(sql, schema);
      if (tables.isEmpty() || !written.keySet().containsAll(tables)) {
        continue;
      }
      long writes = tables.stream().mapToLong(written::get).sum();
      if (writes * 100 <= WRITES_PCT * s.total()) {
        found.add(
            new Recommendation(
                "cacheable_statement",
                "info",
                s.id(),
                s.total()
                    + " reads took "
                    + Figures.ofNanos(s.nanos())
                    + " ms together, all from "
                    + s.callSites().get(0)
                    + ", while "
                    + String.join(", ", tables)
                    + " saw "
                    + writes
                    + " rows written",
                "Keep its answers: @Cached on the method, invalidated where the table is written."));
      }
    }
    return found;
  }
}
