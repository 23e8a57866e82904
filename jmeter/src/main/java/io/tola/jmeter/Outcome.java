package io.tola.jmeter;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One scenario, run.
 *
 * @param loadFrom when the first request of the load was sent
 * @param reconciliation null when it was switched off, or could not be done (then that is a problem)
 * @param recovery seconds; only for a scenario with a wave
 * @param lateness of the open model's arrivals, milliseconds at the 99th percentile; empty in the closed model
 * @param dbP95 of the statements of the node's last 24 hours, milliseconds; empty when it doesn't say
 * @param problems what else makes the run worth nothing, such as JMeter's own failure
 * @param folder of its files, below the page's
 */
record Outcome(
    Scenario scenario,
    String runId,
    Instant loadFrom,
    Figures figures,
    List<ServerWatch.Point> server,
    int serverUnanswered,
    Reconciliation reconciliation,
    OptionalDouble recovery,
    OptionalDouble lateness,
    OptionalDouble dbP95,
    List<Thresholds.Verdict> verdicts,
    List<String> problems,
    String folder) {

  boolean passed() {
    return problems.isEmpty()
        && verdicts.stream().allMatch(Thresholds.Verdict::passed)
        && (reconciliation == null || reconciliation.passed());
  }
}
