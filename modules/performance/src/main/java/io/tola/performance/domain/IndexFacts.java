package io.tola.performance.domain;

import java.util.List;
import java.util.Set;

/**
 * One index as the catalogue and the statistics know it; of a partitioned table all partitions
 * together.
 *
 * @param index with its schema
 * @param table with its schema
 * @param method {@code btree}, {@code gin} …
 * @param keys columns or expressions with operator class, collation and order, comparable as texts
 * @param included columns that it only carries
 * @param predicate of a partial index; null of a whole one
 * @param constraint whether a primary key, unique or exclusion constraint rests on it
 * @param partitioned whether the table is; then it can't be dropped concurrently
 * @param purpose its comment, or null
 * @param scans since the statistics were reset
 * @param tableScans reads of its table by whatever way, since then
 */
public record IndexFacts(
    String index,
    String table,
    String method,
    List<String> keys,
    Set<String> included,
    String predicate,
    boolean unique,
    boolean constraint,
    boolean valid,
    boolean partitioned,
    String definition,
    String purpose,
    long bytes,
    long scans,
    long rowsRead,
    long tableScans) {

  /** Whether it guards something, so that it can't go however seldom it is read. */
  boolean guards() {
    return unique || constraint;
  }
}
