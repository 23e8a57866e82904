package io.tola.performance.api;

import java.math.BigDecimal;
import java.util.List;

/**
 * How long something took, of the last 24 hours.
 *
 * @param p50Ms this and the other percentiles are null when there was none
 * @param histogram how many took at most so long and longer than the one before
 */
public record PoolTimes(
    long count,
    BigDecimal p50Ms,
    BigDecimal p95Ms,
    BigDecimal p99Ms,
    BigDecimal maxMs,
    List<Bucket> histogram) {

  /**
   * @param upToMs null: longer than all before
   */
  public record Bucket(BigDecimal upToMs, long count) {}
}
