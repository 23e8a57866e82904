package io.tola.performance.api;

import java.util.List;

/**
 * What operators ask about speed. Figures are of the node that answers, over the last 24 hours,
 * unless the view says otherwise. Thread-safe.
 */
public interface QueryProfile {

  /**
   * Statements by type.
   *
   * @param type whose {@code stats} are wanted; null for all
   */
  QueryReport queries(QueryType type);

  /** The node at a glance, with the gravest of its advice. */
  PerformanceSummary summary();

  /** All advice about statements, requests, pools and caches, the gravest first. */
  List<Recommendation> recommendations();

  /**
   * Executions that took long.
   *
   * @param limit 1 to 100
   */
  SlowQueryReport slowQueries(int limit);

  /**
   * Statements that took the most time together, and what requests do again and again.
   *
   * @param limit 1 to 400
   */
  StatementReport statements(int limit);

  /** The pools of connections. */
  PoolReport pools();

  /**
   * The database's indexes, and which of them could go.
   *
   * @throws io.tola.kernel.problem.ProblemException UNAVAILABLE when the database is away
   */
  IndexReport indexes();

  /**
   * The database's own view.
   *
   * @param limit statements and tables, 1 to 200
   * @throws io.tola.kernel.problem.ProblemException UNAVAILABLE when the database is away
   */
  DatabaseView database(int limit);
}
