package io.tola.performance.api;

import java.math.BigDecimal;
import java.util.List;

/**
 * An index that isn't there and would pay, ready to be made. Costs are the planner's units, of one
 * execution; what a statement is worth is its calls times its cost.
 *
 * @param id sixteen hexadecimal digits: of table, method, columns, include and predicate; the same
 *     on every node and in every run
 * @param schema as the catalogue has it, not quoted
 * @param table as the catalogue has it, not quoted
 * @param method {@code btree}, so far
 * @param columns what it is ordered by, in this order
 * @param include columns that it only carries, so that the table needn't be read
 * @param predicate of a partial index, as SQL; null of a whole one
 * @param unique never yet: whether something is unique is not for statistics to say
 * @param indexName at most 63 bytes, not quoted, the same in every run
 * @param partitioned whether the table is: then there are several {@code steps}
 * @param createStatement all {@code steps}, separated by {@code ;} and a line break
 * @param dropStatement undoes it
 * @param steps each to be run by itself, outside of a transaction, in this order; one {@code CREATE
 *     INDEX CONCURRENTLY} of an ordinary table; of a partitioned one the index on the parent alone,
 *     then each partition's concurrently, and attached
 * @param reason in words, with its figures
 * @param judgedBy who says that it pays
 * @param serves the statements that it makes cheaper, the one with the largest gain first
 * @param gainPct by how much their cost falls together, of theirs, two decimals
 * @param workloadGainPct the same, of the cost of all statements that were looked at
 * @param estimatedBytes its size
 * @param writes what it costs
 */
public record IndexAdvice(
    String id,
    String schema,
    String table,
    String method,
    List<KeyColumn> columns,
    List<String> include,
    String predicate,
    boolean unique,
    String indexName,
    boolean partitioned,
    String createStatement,
    String dropStatement,
    List<String> steps,
    String reason,
    JudgedBy judgedBy,
    List<ServedStatement> serves,
    BigDecimal gainPct,
    BigDecimal workloadGainPct,
    long estimatedBytes,
    WriteOverhead writes) {

  /** Who says that an index pays. */
  public enum JudgedBy {
    /** PostgreSQL's planner, which was shown the index as a hypothetical one. */
    HYPOPG,
    /** A rule of thumb over the statistics, where HypoPG isn't installed. */
    HEURISTIC
  }

  /**
   * A column that the index is ordered by.
   *
   * @param column not quoted
   */
  public record KeyColumn(String column, boolean descending) {}

  /**
   * A statement that gets cheaper.
   *
   * @param queryId of pg_stat_statements
   * @param statement without literals, shortened
   * @param calls since the statistics were reset
   * @param meanMs as measured, without the index
   * @param costBefore of one execution, with the other indexes that are advised before this one
   * @param costAfter of one execution, with this one as well
   * @param predictedGainPct two decimals
   */
  public record ServedStatement(
      String queryId,
      String statement,
      long calls,
      BigDecimal meanMs,
      BigDecimal costBefore,
      BigDecimal costAfter,
      BigDecimal predictedGainPct) {}

  /**
   * What keeping it costs.
   *
   * @param writesPerSecond rows written to the table since the statistics were reset; null when
   *     nobody knows since when they count
   * @param rowsWritten rows inserted, updated and deleted since then
   * @param hotUpdates updates of the table that touched no index, since then
   * @param hotUpdatesAtRisk how many of them set a column of this index, and would be no longer
   * @param cost in the planner's units, already taken off what the index gains
   */
  public record WriteOverhead(
      BigDecimal writesPerSecond,
      long rowsWritten,
      long hotUpdates,
      long hotUpdatesAtRisk,
      BigDecimal cost) {}
}
