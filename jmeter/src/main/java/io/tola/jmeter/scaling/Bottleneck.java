package io.tola.jmeter.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What was short, from the figures of a stretch of time: the machine's, the database's and the server's own. */
final class Bottleneck {

  private static final double BUSY = 0.9;
  private static final double WAIT_SHARE = 0.05;
  private static final double GC_SHARE = 0.05;

  private Bottleneck() {}

  /**
   * In the order of their weight; at least one sentence.
   *
   * @param processors of the machine
   * @param summary of {@code /performance/summary}
   */
  static List<String> of(Probe.Stretch s, int processors, JsonNode summary) {
    List<String> words = new ArrayList<>();
    double server =
        s.processors().nodes().stream().mapToDouble(Double::doubleValue).sum() / s.seconds();
    double database = s.processors().database() / s.seconds();
    double all = s.processors().all() / s.seconds();
    String split =
        said(
            "%.2f of %d processors busy: server %.2f, database %.2f, load and all else %.2f",
            all, processors, server, database, Math.max(0, all - server - database));
    words.add(
        all >= BUSY * processors
            ? "The machine's processors: "
                + split
                + (all - server - database > server + database
                    ? ". More than half is the load's own: this machine can't tell where the platform breaks"
                    : "")
            : "Not the processors: " + split);
    double locks = s.waitingForLocks();
    if (locks >= 1) {
      words.add(said("Locks: %.1f sessions waited for another's in the mean", locks));
    }
    double io = s.sessionsThat("IO") + s.sessionsThat("LWLock: WAL");
    if (io >= 1) {
      words.add(said("The database's disk: %.1f sessions waited for it in the mean", io));
    }
    for (int i = 0; i < s.nodes().size(); i++) {
      Probe.Node n = s.nodes().get(i);
      if (n.poolWaitSeconds() / s.seconds() >= WAIT_SHARE) {
        words.add(
            said(
                "The connection pool of server %d: requests waited %.2f s for a connection in each second",
                i + 1, n.poolWaitSeconds() / s.seconds()));
      }
      if (n.gcSeconds() / s.seconds() >= GC_SHARE) {
        words.add(
            said(
                "Garbage collection of server %d: %.0f %% of the time",
                i + 1, 100 * n.gcSeconds() / s.seconds()));
      }
    }
    Set<String> codes = new TreeSet<>();
    summary.path("recommendations").forEach(r -> codes.add(r.path("code").asText(r.asText())));
    if (!codes.isEmpty()) {
      words.add("The server's own recommendations: " + String.join(", ", codes));
    }
    JsonNode statements = summary.path("performance");
    if (statements.has("p95_duration_ms")) {
      words.add(
          said(
              "Its statements since the start: p95 %.1f, p99 %.1f ms",
              statements.path("p95_duration_ms").asDouble(),
              statements.path("p99_duration_ms").asDouble()));
    }
    return words;
  }

  private static String said(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
