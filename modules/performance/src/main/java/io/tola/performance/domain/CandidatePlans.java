package io.tola.performance.domain;

import java.util.Optional;
import java.util.Set;

/**
 * Who is asked what statements would cost. Indexes that are shown to it count in every plan until
 * they are hidden. Not thread-safe.
 */
public interface CandidatePlans {

  /**
   * A statement's plan.
   *
   * @param cost the planner's units, of one execution
   * @param used of the indexes that are shown
   */
  record Plan(double cost, Set<CandidateIndex> used) {}

  /**
   * Shows an index.
   *
   * @return whether it can be made
   */
  boolean show(CandidateIndex index);

  void hide(CandidateIndex index);

  /**
   * What one execution costs with the indexes that are shown now; empty when that can't be told,
   * which says nothing about its cost.
   */
  Optional<Plan> plan(IndexedStatement statement);

  /** The part of its table's rows that a condition leaves, 0 to 1; 1 when nothing more is asked. */
  double fraction(CandidateTable table, CandidatePredicate predicate);

  /** The size of an index that is shown. */
  long bytes(CandidateIndex index);

  /** Whether time or the number of plans ran out: then no more is asked. */
  boolean spent();

  /** Plans made so far. */
  int asked();
}
