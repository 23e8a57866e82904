package io.tola.jmeter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a scenario says to a plan: the properties that the plans read with {@code __P}. */
final class PlanProperties {

  /** Shortest and longest think time of each class, milliseconds; what the plans have when nobody says anything. */
  static final Map<String, long[]> THINK =
      Map.of(
          "trading", new long[] {1000, 3000},
          "hft", new long[] {100, 500},
          "dashboard", new long[] {1000, 3000},
          "reconciliation", new long[] {500, 1500},
          "operations", new long[] {1000, 3000},
          "history", new long[] {200, 800});

  private PlanProperties() {}

  /**
   * @param runId begins every client_order_id of the run
   * @param accounts traders that the users share
   * @param logins how long it may take until everybody is logged in
   */
  static Map<String, String> of(Scenario s, String runId, int accounts, Duration logins) {
    Map<String, String> p = new TreeMap<>();
    p.put("run.id", runId);
    p.put("accounts", Integer.toString(accounts));
    p.put("ramp", seconds(s.ramp()));
    p.put("duration", seconds(s.duration()));
    if (s.open()) {
      arrivals(s).forEach((kind, arrivals) -> p.put("schedule." + kind, arrivals.schedule(logins)));
      return p;
    }
    Map<String, Integer> users = Scenario.split(s.users(), s.mix());
    int offset = 0;
    for (String known : THINK.keySet().stream().sorted().toList()) {
      p.put("users." + known, Integer.toString(users.getOrDefault(known, 0)));
    }
    for (Map.Entry<String, Integer> of : users.entrySet()) {
      // So that the classes begin with different accounts.
      p.put("users." + of.getKey(), of.getValue().toString());
      p.put("offset." + of.getKey(), Integer.toString(offset));
      offset += of.getValue();
    }
    s.wave()
        .ifPresent(
            wave -> {
              Map<String, Double> shares = new LinkedHashMap<>(s.mix());
              shares
                  .keySet()
                  .removeIf(k -> !java.util.Set.of("trading", "hft", "dashboard").contains(k));
              Scenario.split(wave.users(), shares)
                  .forEach((k, n) -> p.put("wave." + k, n.toString()));
              p.put("wave.delay", seconds(wave.after()));
              p.put("wave.ramp", seconds(wave.ramp()));
              p.put("wave.duration", seconds(wave.lasts()));
            });
    return p;
  }

  /** The schedule of each kind of request of an open scenario. */
  static Map<String, Arrivals> arrivals(Scenario s) {
    double sum = s.mix().values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Arrivals> arrivals = new LinkedHashMap<>();
    s.mix()
        .forEach(
            (kind, share) ->
                arrivals.put(kind, new Arrivals(s.rate() * share / sum, s.ramp(), s.duration())));
    return arrivals;
  }

  /** Threads that JMeter may have at once. In the open model as many as two seconds of arrivals, beyond which answers are far too slow anyhow. */
  static int threads(Scenario s) {
    return s.open()
        ? (int) Math.ceil(s.rate() * 2)
        : s.users() + s.wave().map(Scenario.Wave::users).orElse(0);
  }

  private static String seconds(Duration d) {
    return String.format(Locale.ROOT, "%d", Math.max(1, Math.round(d.toMillis() / 1e3)));
  }
}
