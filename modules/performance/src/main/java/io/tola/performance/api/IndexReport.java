package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * The indexes of the platform's tables.
 *
 * @param countedSince when the database's statistics were reset; null when they never were
 * @param indexes those that could go first, the largest of them first
 */
public record IndexReport(Instant timestamp, Instant countedSince, List<IndexUse> indexes) {

  /**
   * One index; of a partitioned table all partitions together.
   *
   * @param purpose the comment it carries: the query it serves
   * @param finding {@code invalid}, {@code duplicate}, {@code covered}, {@code prefix} or {@code
   *     unused}; null when it should stay
   * @param insteadOf the index that does its work; null where none does
   * @param dropStatement to be run by the tables' owner, after reading {@code reason}
   */
  public record IndexUse(
      String index,
      String table,
      String definition,
      String purpose,
      long bytes,
      long scans,
      long rowsRead,
      boolean unique,
      boolean constraint,
      boolean valid,
      String finding,
      String insteadOf,
      String reason,
      String dropStatement) {}
}
