package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/**
 * Reads that bear lag on this node, and the replica that answers them. Only those reads are counted that
 * could have gone there.
 *
 * @param configured whether there is a replica to read from; without one the rest is null
 * @param reads since the node started
 * @param byRead the same by what was read
 */
public record ReadRouting(
    Instant timestamp,
    boolean configured,
    Replica replica,
    Bounds bounds,
    Reads reads,
    Map<String, Reads> byRead) {

  /**
   * The replica as last looked at.
   *
   * @param obstacle why it isn't read from; null while it is
   * @param lagMs how old it was; null when it isn't known
   * @param lagBytes what of the primary's log it hadn't replayed; null when it isn't known
   * @param lookedAt null before the first look
   * @param since when it came to be read from, or not
   * @param timeline the primary's; null before it was asked
   */
  public record Replica(
      boolean inUse,
      String obstacle,
      Long lagMs,
      Long lagBytes,
      Instant lookedAt,
      Instant since,
      long looks,
      Integer timeline) {}

  /** The settings it goes by. */
  public record Bounds(long maxLagMs, long catchUpMs, int healthyLooks, long overdueMs) {}

  /**
   * Where reads were answered.
   *
   * @param replicaPct null without reads
   * @param fallbacks why reads went to the primary, by obstacle; only those that happened
   */
  public record Reads(
      long replica, long primary, BigDecimal replicaPct, Map<String, Long> fallbacks) {}
}
