package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one place of a statement wants of one table. Filled by its reader, then only read. */
public final class IndexNeed {

  private final CandidateTable table;
  private final Set<String> equal = new LinkedHashSet<>();
  private final Set<String> range = new LinkedHashSet<>();
  private final Set<String> bounded = new LinkedHashSet<>();
  private final Set<String> joined = new LinkedHashSet<>();
  private final Set<String> alone = new LinkedHashSet<>();
  private final Set<List<KeyColumn>> orders = new LinkedHashSet<>();
  private final Set<String> read = new LinkedHashSet<>();
  private final Map<String, CandidatePredicate> fixed = new LinkedHashMap<>();
  private final Map<String, Integer> compared = new LinkedHashMap<>();
  private boolean all;

  IndexNeed(CandidateTable table) {
    this.table = table;
  }

  public CandidateTable table() {
    return table;
  }

  /** Columns that are compared for equality with what is known before the table is read. */
  Set<String> equal() {
    return equal;
  }

  /** Columns that have to be above or below something. */
  Set<String> range() {
    return range;
  }

  /** Those of them with a bound on both sides. */
  Set<String> bounded() {
    return bounded;
  }

  /** Notes a bound; the second of a column closes its range. */
  void bound(String column) {
    if (!range.add(column)) {
      bounded.add(column);
    }
  }

  /** Columns that have to be equal to another table's. */
  Set<String> joined() {
    return joined;
  }

  /** Columns of one branch of an OR. */
  Set<String> alone() {
    return alone;
  }

  /** What rows are wanted sorted or grouped by. */
  Set<List<KeyColumn>> orders() {
    return orders;
  }

  /** Every column that is named. */
  Set<String> read() {
    return read;
  }

  /** Whether all columns are wanted. */
  boolean all() {
    return all;
  }

  void wantsAll() {
    all = true;
  }

  /** Conditions that don't change, by their SQL. */
  Map<String, CandidatePredicate> fixed() {
    return fixed;
  }

  /** The number of the parameter or unknown literal that a column has to be equal to. */
  public Map<String, Integer> compared() {
    return compared;
  }

  /** Whether an index that begins with the column could be of use. */
  boolean couldBeginWith(String column) {
    return equal.contains(column)
        || range.contains(column)
        || joined.contains(column)
        || alone.contains(column)
        || orders.stream().anyMatch(o -> o.get(0).column().equals(column));
  }
}
