package io.tola.performance.domain;

import java.util.List;
import java.util.Map;

/**
 * What has to be known of a table to say which index it lacks. Counters are rows since the
 * statements were last reset.
 *
 * @param quoted with its schema, as SQL
 * @param kind {@code r}, {@code p} (partitioned), {@code m} or {@code v} (a view)
 * @param rows as the planner believes, of all partitions together
 * @param pages of 8 kB
 * @param columns by name, not quoted
 * @param indexes those that are there and valid
 * @param parts of a partitioned one, all below it, parents first
 * @param writesPerSecond null when it isn't known since when writes are counted
 * @param definition of a view, else null
 */
public record CandidateTable(
    long oid,
    String schema,
    String name,
    String quoted,
    char kind,
    double rows,
    double pages,
    Map<String, Column> columns,
    List<Existing> indexes,
    List<Part> parts,
    double inserted,
    double updated,
    double deleted,
    double hotUpdated,
    Double writesPerSecond,
    String definition) {

  /**
   * A column.
   *
   * @param number pg_attribute's
   * @param type as SQL
   * @param indexable whether B-trees order its type and its values are short enough for one
   * @param distinct how many values there are, at least one
   */
  public record Column(
      String name,
      String quoted,
      int number,
      String type,
      boolean indexable,
      boolean bool,
      boolean notNull,
      double width,
      double distinct) {}

  /**
   * An index that is there.
   *
   * @param keys names of columns; null where it is an expression, or ordered by other than its
   *     type's own operators
   * @param descending of each key
   * @param plain whether nulls stand where they do by default, for each key
   */
  public record Existing(
      String name,
      String method,
      List<String> keys,
      List<Boolean> descending,
      List<Boolean> plain,
      List<String> included,
      String predicate,
      boolean unique) {}

  /**
   * A partition.
   *
   * @param parent and {@code quoted}: with their schemas, as SQL
   * @param leaf whether it holds rows
   */
  public record Part(String schema, String name, String quoted, String parent, boolean leaf) {}

  public boolean partitioned() {
    return kind == 'p';
  }

  boolean isView() {
    return kind == 'v';
  }

  /** Rows written since the statements were last reset. */
  double written() {
    return inserted + updated + deleted;
  }
}
