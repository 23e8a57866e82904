package io.tola.jmeter;

import io.tola.jmeter.gate.Comparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was given to the gate with {@code -D}.
 *
 * @param base the platform that the target must not be slower than; empty for the kept runs, or the target itself when something is
 *     planted
 * @param plant part of its own time by which the target is made slower, 0.05 for five per cent; empty for nothing
 * @param alpha how often, at most, the gate may fail when nothing is slower
 * @param leastPct smaller changes don't count
 * @param rate requests a second, to both together when there are two
 * @param cycles hundreds of requests in a slice to each
 */
record GateSettings(
    String target,
    Optional<String> base,
    OptionalDouble plant,
    Set<String> permittedHosts,
    Path passwordFile,
    Path basePasswordFile,
    int accounts,
    int runs,
    int slices,
    double rate,
    int cycles,
    Duration warmup,
    double alpha,
    double leastPct,
    long seed,
    String opsUser,
    Settings.Report report,
    Settings.Keep keep,
    Optional<Path> baselines,
    Optional<Path> out) {

  private static final int HUNDRED = 100;

  /** The shift is taken over all pairs of two of them: 16 MB a figure. */
  private static final int MOST_PAIRS = 2000;

  /**
   * @param random a seed for when none is given
   */
  static GateSettings of(Properties given, Path project, long random) {
    Optional<String> base = Optional.ofNullable(given.getProperty("base"));
    OptionalDouble plant = plant(given.getProperty("plant"));
    if (base.isPresent() && plant.isPresent()) {
      throw new Refused("-Dplant compares the target with itself: not with -Dbase as well");
    }
    boolean paired = base.isPresent() || plant.isPresent();
    Settings.Keep keep = Settings.Keep.of(given.getProperty("baseline", ""));
    if (paired && keep != Settings.Keep.NOTHING) {
      throw new Refused("-Dbaseline is for a target alone: not with -Dbase or -Dplant");
    }
    if (!paired && keep == Settings.Keep.NOTHING) {
      keep = Settings.Keep.COMPARE;
    }
    int runs = Settings.whole(given, "runs", 5, 1, 50);
    int slices = Settings.whole(given, "slices", 20, 1, 200);
    double alpha = positive(given, "alpha", paired ? 0.005 : 0.05);
    if (paired) {
      checkPairs(runs * slices, alpha);
    }
    Path password =
        Settings.path(given, "password.file", project)
            .orElse(project.resolve("data/demo-password"));
    double rate = positive(given, "rate", 150);
    double slice = positive(given, "slice", 4);
    return new GateSettings(
        given.getProperty("target", "http://127.0.0.1:9080"),
        base,
        plant,
        Arrays.stream(given.getProperty("remote.ok", "").split(","))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toSet()),
        password,
        Settings.path(given, "base.password.file", project).orElse(password),
        Settings.whole(given, "accounts", 20, 1, 50),
        runs,
        slices,
        rate,
        (int) Math.max(1, Math.round(rate * slice / HUNDRED / (paired ? 2 : 1))),
        Settings.seconds(given, "warmup", 60),
        alpha,
        positive(given, "least", paired ? 3 : 10),
        (long) Settings.number(given, "seed", random),
        given.getProperty("ops.user", "ops"),
        Settings.Report.of(given.getProperty("report", "")),
        keep,
        Settings.path(given, "baselines", project),
        Settings.path(given, "out", project));
  }

  private static void checkPairs(int pairs, double alpha) {
    if (Comparison.leastOfPairs(GateRun.METRICS.size(), pairs) > alpha) {
      throw new Refused(
          pairs
              + " slices in all (-Druns times -Dslices) can't show anything at the level "
              + Thresholds.plain(alpha)
              + " (-Dalpha), whatever they find: more slices");
    }
    if (pairs > MOST_PAIRS) {
      throw new Refused("-Druns times -Dslices is " + MOST_PAIRS + " at most, not " + pairs);
    }
  }

  private static double positive(Properties given, String name, double byDefault) {
    double number = Settings.number(given, name, byDefault);
    if (!(number > 0)) {
      throw new Refused("-D" + name + " is above 0");
    }
    return number;
  }

  /** {@code 5%} or {@code 5}: per cent. */
  static OptionalDouble plant(String text) {
    if (text == null) {
      return OptionalDouble.empty();
    }
    try {
      double pct =
          Double.parseDouble(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
      if (pct >= 0 && pct <= 1000) {
        return OptionalDouble.of(pct / 100);
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new Refused("-Dplant is per cent from 0 to 1000, such as 5%; not " + text);
  }

  /** Requests in a slice to each. */
  int requests() {
    return cycles * HUNDRED;
  }
}
