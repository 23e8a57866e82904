package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * How long the statements that an index serves took on the running server, each weighed by how often
 * it is called.
 *
 * @param method who ran them
 * @param plans {@code generic}: planned once for all values, as jdbc/tola has them; {@code custom}:
 *     for each; null when observed
 * @param statements how many were measured
 * @param skipped how many of those that the index serves couldn't be
 * @param samples rounds over all statements and parameters when replayed, calls when observed
 * @param ms of one call: the median of the rounds, or the mean of the calls
 * @param lowMs lower quartile of the rounds; null when observed
 * @param highMs upper quartile of the rounds; null when observed
 * @param blocks read from the cache or from disk by one call, on average
 * @param usesIndex whether the index that is tried was used
 */
public record TrialFigures(
    Method method,
    String plans,
    int statements,
    int skipped,
    long samples,
    BigDecimal ms,
    BigDecimal lowMs,
    BigDecimal highMs,
    BigDecimal blocks,
    boolean usesIndex) {

  /** Who ran the statements. */
  public enum Method {
    /** The trial, with parameters drawn from the table and its statistics. */
    REPLAYED,
    /** The platform's users; the trial read pg_stat_statements before and after. */
    OBSERVED
  }
}
