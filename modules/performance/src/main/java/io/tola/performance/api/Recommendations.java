package io.tola.performance.api;

import java.math.BigDecimal;

/**
 * What is worth doing, and doing it where that is an index: it is made, measured on the running
 * server and kept only if it helped. One trial at a time on all nodes. Every change is in the audit
 * trail, in the transaction that says that it is to be made. Thread-safe.
 */
public interface Recommendations {

  /**
   * All advice, and the indexes that were kept.
   *
   * @param afresh whether the index advisor looks now; otherwise what it said some minutes ago will do
   */
  RecommendationPage all(boolean afresh);

  /**
   * One of them, or what became of one that is no longer given.
   *
   * @throws io.tola.kernel.problem.ProblemException RECOMMENDATION_NOT_FOUND
   */
  RecommendationEntry one(String id);

  /**
   * Begins to try an advised index, and returns when that is on record. A trial of the same that runs
   * or was kept is answered as it stands.
   *
   * @param thresholdPct by how much the time has to fall, 0 to 99; null for the configured one
   * @throws io.tola.kernel.problem.ProblemException RECOMMENDATION_NOT_FOUND; TRIALS_OFF;
   *     TRIAL_CONFLICT when it isn't about an index, its table is partitioned, or another trial runs
   */
  IndexTrial startTrial(String id, BigDecimal thresholdPct, String user);

  /**
   * Begins to take a kept index away. One that is taken away is answered as it stands.
   *
   * @throws io.tola.kernel.problem.ProblemException RECOMMENDATION_NOT_FOUND; TRIALS_OFF;
   *     TRIAL_CONFLICT when there is no kept one, or another trial runs
   */
  IndexTrial startRollback(String id, String user);
}
