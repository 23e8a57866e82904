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
          "stream", new long[] {200, 1000},
          "jms", new long[] {200, 1000},
          "history", new long[] {200, 800});

  /** How long after its last arrival was due the open model still sends. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private PlanProperties() {}

  /**
   * @param runId begins every client_order_id of the run
   * @param accounts traders that the users share
   */
  static Map<String, String> of(Scenario s, String runId, int accounts) {
    Map<String, String> p = new TreeMap<>();
    p.put("run.id", runId);
    p.put("accounts", Integer.toString(accounts));
    p.put("ramp", seconds(s.ramp()));
    p.put("duration", seconds(s.duration()));
    if (s.open()) {
      // Longer than the last arrival is due: what is late at the end is still sent.
      p.put("longest", seconds(s.duration().plus(LATE)));
      rates(s)
          .forEach(
              (kind, rate) -> {
                p.put("rate." + kind, String.format(Locale.ROOT, "%.3f", rate));
                p.put("threads." + kind, Integer.toString(threads(rate)));
              });
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

  /** Requests a second of each kind of an open scenario, after the ramp. */
  static Map<String, Double> rates(Scenario s) {
    double sum = s.mix().values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> rates = new LinkedHashMap<>();
    s.mix().forEach((kind, share) -> rates.put(kind, s.rate() * share / sum));
    return rates;
  }

  /** Each sends four a second, so that an answer may take a quarter of a second before the next one is sent late. */
  private static int threads(double rate) {
    return (int) Math.ceil(rate / 4) + 1;
  }

  /** Threads that JMeter has at once. */
  static int threads(Scenario s) {
    return s.open()
        ? rates(s).values().stream().mapToInt(PlanProperties::threads).sum()
        : s.users() + s.wave().map(Scenario.Wave::users).orElse(0);
  }

  private static String seconds(Duration d) {
    return String.format(Locale.ROOT, "%d", Math.max(1, Math.round(d.toMillis() / 1e3)));
  }
}
