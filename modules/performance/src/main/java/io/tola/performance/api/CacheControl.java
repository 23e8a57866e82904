package io.tola.performance.api;

/** The caches of answers, as an operator sees them and empties them. Thread-safe. */
public interface CacheControl {

  /** What the caches did on this node since its start. */
  CacheReport report();

  /**
   * Empties caches on all nodes, recorded in the audit trail before it happens.
   *
   * @param prefix of their names; empty for all
   * @param actor who does it
   * @throws io.tola.kernel.problem.InvalidValueException when no cache's name begins like that
   */
  CacheFlush flush(String prefix, String actor);
}
