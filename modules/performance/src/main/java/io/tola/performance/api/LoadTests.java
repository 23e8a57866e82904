package io.tola.performance.api;

/** What load tests found over time. Thread-safe. */
public interface LoadTests {

  /**
   * Keeps a run; the oldest go when there are more than are kept. The same run again changes nothing and is answered with
   * what is there.
   *
   * @throws io.tola.kernel.problem.ProblemException LOAD_TEST_CONFLICT when the run is there with another content
   * @throws io.tola.kernel.problem.InvalidValueException when it began in the future
   */
  RecordedLoadTest record(LoadTest test, String reportedBy);

  /**
   * Runs, newest first, with the trends of the scenario.
   *
   * @param scenario null for all, without trends
   * @param limit 1 to 200
   * @param cursor of the page before, or null
   */
  LoadTestHistory history(String scenario, int limit, String cursor);
}
