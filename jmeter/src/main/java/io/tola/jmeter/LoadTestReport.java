package io.tola.jmeter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.jmeter.gate.Comparison.Metric;
import io.tola.jmeter.gate.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** A run as figures by name and conditions by name: what baselines keep and {@code /performance/load-tests} takes. */
final class LoadTestReport {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> HIGHER_IS_BETTER =
      Set.of("requests_per_second", "cache_hit_pct", "users_held");
  private static final int LONGEST = 64;
  private static final int LONGEST_VERDICT = 200;

  /** What a run of a scenario is compared by with runs of other days; few, because each more asks for more runs. */
  static final List<Metric> COMPARED =
      List.of(
          new Metric("p50_ms", true),
          new Metric("p95_ms", true),
          new Metric("requests_per_second", false),
          new Metric("server_cpu_ms_per_request", true));

  private LoadTestReport() {}

  /** Every figure that is known. */
  static Map<String, Double> metrics(Outcome o) {
    Figures f = o.figures();
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("requests_per_second", f.requestsPerSecond());
    metrics.put("p50_ms", f.percentile(50));
    metrics.put("p95_ms", f.percentile(95));
    metrics.put("p99_ms", f.percentile(99));
    metrics.put("max_ms", f.max());
    metrics.put("error_pct", f.errorPct());
    put(metrics, "users_held", f.usersHeld(o.scenario().ramp().toSeconds()));
    put(metrics, "cache_hit_pct", ServerWatch.cacheHitPct(o.server()));
    put(metrics, "recovery_seconds", o.recovery());
    put(metrics, "sent_late_p99_ms", o.lateness());
    put(metrics, "db_statement_p95_ms", o.dbP95());
    put(metrics, "db_statement_mean_ms", dbMean(o.server()));
    put(
        metrics,
        "server_cpu_ms_per_request",
        times(
            1e3,
            ServerWatch.per(
                o.server(), ServerWatch.Point::cpuSeconds, ServerWatch.Point::requests)));
    put(
        metrics,
        "db_statements_per_request",
        ServerWatch.per(o.server(), ServerWatch.Point::dbStatements, ServerWatch.Point::requests));
    return metrics;
  }

  /** Of the run's statements, milliseconds. */
  static OptionalDouble dbMean(List<ServerWatch.Point> server) {
    return ServerWatch.per(server, ServerWatch.Point::dbMillis, ServerWatch.Point::dbStatements);
  }

  private static OptionalDouble times(double factor, OptionalDouble value) {
    return value.isPresent() ? OptionalDouble.of(factor * value.getAsDouble()) : value;
  }

  private static void put(Map<String, Double> metrics, String name, OptionalDouble value) {
    if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
      metrics.put(name, value.getAsDouble());
    }
  }

  /** What must be equal before two runs of a scenario are compared. */
  static Map<String, String> conditions(Scenario s, Settings settings, Target target) {
    Map<String, String> conditions = new LinkedHashMap<>(Machine.here().conditions());
    conditions.put("where", target.isLoopback() ? "load and server on one machine" : target.host());
    conditions.put("users", Integer.toString(s.users()));
    conditions.put("rate", Thresholds.plain(s.rate()));
    conditions.put("ramp_seconds", seconds(s.ramp()));
    conditions.put("duration_seconds", seconds(s.duration()));
    conditions.put("warmup_seconds", seconds(settings.warmup()));
    conditions.put("accounts", Integer.toString(settings.accounts()));
    s.mix().forEach((kind, share) -> conditions.put("mix_" + kind, Thresholds.plain(share)));
    s.wave()
        .ifPresent(
            w -> {
              conditions.put("wave_users", Integer.toString(w.users()));
              conditions.put("wave_after_seconds", seconds(w.after()));
              conditions.put("wave_lasts_seconds", seconds(w.lasts()));
            });
    settings
        .planProperties()
        .forEach((name, value) -> conditions.put("plan_" + name.replace('.', '_'), value));
    return conditions;
  }

  private static String seconds(Duration d) {
    return Thresholds.plain(d.toMillis() / 1e3);
  }

  /** The body of {@code POST /performance/load-tests}. */
  static ObjectNode json(
      String runId,
      String scenario,
      Instant startedAt,
      String commit,
      boolean passed,
      Map<String, String> conditions,
      Map<String, Double> metrics,
      List<Thresholds.Verdict> verdicts) {
    ObjectNode body = JSON.createObjectNode();
    body.put("run_id", runId)
        .put("scenario", scenario)
        .put("started_at", startedAt.toString())
        .put("commit", shortened(commit, LONGEST))
        .put("passed", passed);
    ObjectNode with = body.putObject("conditions");
    conditions.forEach((name, value) -> with.put(name, shortened(value, LONGEST)));
    ArrayNode figures = body.putArray("metrics");
    metrics.forEach(
        (name, value) ->
            figures
                .addObject()
                .put("name", name)
                .put("value", Math.round(value * 1e6) / 1e6)
                .put("better", HIGHER_IS_BETTER.contains(name) ? "higher" : "lower"));
    ArrayNode judged = body.putArray("verdicts");
    verdicts.forEach(
        v ->
            judged
                .addObject()
                .put("what", shortened(v.what(), LONGEST_VERDICT))
                .put("wanted", shortened(v.wanted(), LONGEST_VERDICT))
                .put("got", shortened(v.got(), LONGEST_VERDICT))
                .put("passed", v.passed()));
    return body;
  }

  private static String shortened(String text, int longest) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.isEmpty() ? "none" : line.length() > longest ? line.substring(0, longest) : line;
  }

  /**
   * A figure over the runs that the platform has kept.
   *
   * @param values oldest first
   */
  record Trend(String metric, List<Double> values, List<Change> changes) {

    /** Whether its level became worse by so much within that many of the newest runs. */
    boolean worsenedWithin(int runs, double leastPct) {
      return changes.stream()
          .anyMatch(
              c -> c.worse() && c.at() >= values.size() - runs && !(Math.abs(c.pct()) < leastPct));
    }
  }

  /**
   * A change of level.
   *
   * @param at the first run with the new level, as an index of the trend's values
   * @param pct NaN when the level before was 0
   */
  record Change(int at, String runId, double pct, boolean worse) {

    /** In words. */
    String words(String metric) {
      return metric
          + (Double.isNaN(pct)
              ? " changed"
              : String.format(java.util.Locale.ROOT, " %+.1f %%", pct))
          + " since "
          + runId;
    }
  }

  /** What {@code GET /performance/load-tests} says of a scenario. */
  static List<Trend> trends(JsonNode page) {
    List<Trend> trends = new ArrayList<>();
    for (JsonNode t : page.path("trends")) {
      List<Double> values = new ArrayList<>();
      List<String> runs = new ArrayList<>();
      t.path("points")
          .forEach(
              p -> {
                values.add(p.path("value").asDouble());
                runs.add(p.path("run_id").asText());
              });
      List<Change> changes = new ArrayList<>();
      t.path("changes")
          .forEach(
              c ->
                  changes.add(
                      new Change(
                          runs.indexOf(c.path("run_id").asText()),
                          c.path("run_id").asText(),
                          c.path("change_pct").asDouble(Double.NaN),
                          c.path("worse").asBoolean())));
      trends.add(new Trend(t.path("metric").asText(), values, changes));
    }
    return trends;
  }
}
