package io.tola.performance.api;

import java.util.Optional;

/**
 * Says which indexes are missing. It reads and plans, with a timeout, on few connections of its
 * own; it makes nothing in the database but hypothetical indexes that end with their session.
 * Thread-safe.
 */
public interface IndexAdvisor {

  /**
   * What is advised. One run at a time; its result is kept for some minutes, and who asks meanwhile
   * gets it.
   *
   * @throws io.tola.kernel.problem.ProblemException UNAVAILABLE when the database is away, or
   *     another's run isn't over in time
   */
  IndexAdvicePage advise();

  /** The same, from a new run. */
  IndexAdvicePage adviseAfresh();

  /**
   * An advice of the last run, however old; empty when there was none since the start or it said
   * nothing of the kind. Asks nobody.
   */
  Optional<IndexAdvice> find(String id);
}
