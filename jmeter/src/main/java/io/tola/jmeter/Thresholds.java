package io.tola.jmeter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a scenario's figures must keep to; what is empty is not asked.
 *
 * @param minRequestsPerSecond in the steady part
 * @param p95Millis of all requests in the steady part; in an open model counted from when a request was due
 * @param p99Millis likewise
 * @param maxErrorPct of all requests of the run
 * @param minCacheHitPct hits of all look-ups of the platform's caches during the run
 * @param minUsers who are at work at once, in the middle of the steady part's moments
 * @param maxDbStatementMillis mean of the run's statements, and 95th percentile of the node's last 24 hours
 * @param recoverySeconds after a wave until the 95th percentile is again at most one and a half times what it was before
 */
record Thresholds(
    OptionalDouble minRequestsPerSecond,
    OptionalDouble p95Millis,
    OptionalDouble p99Millis,
    OptionalDouble maxErrorPct,
    OptionalDouble minCacheHitPct,
    OptionalDouble minUsers,
    OptionalDouble maxDbStatementMillis,
    OptionalDouble recoverySeconds) {

  static final Thresholds NONE =
      new Thresholds(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /** One question and its answer. A figure that could not be had fails: nobody knows that it holds. */
  record Verdict(String what, String wanted, String got, boolean passed) {}

  /**
   * What a run found.
   *
   * @param cacheHitPct empty when the platform has no such figure; likewise the others
   * @param recovery seconds; empty when it did not recover in the run
   */
  record Measured(
      double requestsPerSecond,
      double p95,
      double p99,
      double errorPct,
      OptionalDouble cacheHitPct,
      OptionalDouble users,
      OptionalDouble dbMeanMillis,
      OptionalDouble dbP95Millis,
      OptionalDouble recovery) {}

  List<Verdict> judge(Measured m) {
    List<Verdict> verdicts = new ArrayList<>();
    minRequestsPerSecond.ifPresent(
        min ->
            verdicts.add(
                atLeast("requests a second", min, OptionalDouble.of(m.requestsPerSecond()), "/s")));
    p95Millis.ifPresent(
        max -> verdicts.add(atMost("95th percentile", max, OptionalDouble.of(m.p95()), " ms")));
    p99Millis.ifPresent(
        max -> verdicts.add(atMost("99th percentile", max, OptionalDouble.of(m.p99()), " ms")));
    maxErrorPct.ifPresent(
        max -> verdicts.add(atMost("errors", max, OptionalDouble.of(m.errorPct()), " %")));
    minCacheHitPct.ifPresent(
        min -> verdicts.add(atLeast("cache hits", min, m.cacheHitPct(), " %")));
    minUsers.ifPresent(min -> verdicts.add(atLeast("users held", min, m.users(), "")));
    maxDbStatementMillis.ifPresent(
        max -> {
          verdicts.add(atMost("database statement, mean", max, m.dbMeanMillis(), " ms"));
          verdicts.add(
              atMost(
                  "database statement, 95th percentile of the node's last 24 hours",
                  max,
                  m.dbP95Millis(),
                  " ms"));
        });
    recoverySeconds.ifPresent(
        max -> verdicts.add(atMost("recovery after the wave", max, m.recovery(), " s")));
    return verdicts;
  }

  private static Verdict atLeast(String what, double min, OptionalDouble got, String unit) {
    return new Verdict(
        what,
        "at least " + plain(min) + unit,
        got.isPresent() ? plain(got.getAsDouble()) + unit : "not known",
        got.isPresent() && got.getAsDouble() >= min);
  }

  private static Verdict atMost(String what, double max, OptionalDouble got, String unit) {
    return new Verdict(
        what,
        "at most " + plain(max) + unit,
        got.isPresent() ? plain(got.getAsDouble()) + unit : "not known",
        got.isPresent() && got.getAsDouble() <= max);
  }

  static String plain(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f",
        value);
  }
}
