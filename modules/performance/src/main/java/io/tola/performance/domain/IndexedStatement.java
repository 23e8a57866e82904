package io.tola.performance.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A statement that was read, and what it wants of its tables.
 *
 * @param shown its text without literals
 * @param planned what the planner is asked about
 * @param trust 0 to 1: how far the time it takes bears out what its plan costs
 * @param rowsPerCall rows read or written on average
 * @param needs of each table it names, once for each time that it does
 * @param sets columns it changes, by table's oid
 */
public record IndexedStatement(
    String queryId,
    String shown,
    StatementText.Planned planned,
    long calls,
    double meanMs,
    double trust,
    double rowsPerCall,
    List<IndexNeed> needs,
    Map<Long, Set<String>> sets) {

  /** What a unit of its cost counts for: its calls, as far as the cost is to be believed. */
  double weight() {
    return calls * trust;
  }
}
