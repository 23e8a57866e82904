package io.tola.jmeter;

import io.tola.jmeter.gate.Baseline;
import io.tola.jmeter.gate.Comparison;
import io.tola.jmeter.gate.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder of kept runs: one file for each class of machine and scenario. */
final class BaselineRoom {

  /** Fewer can't show anything: of 4 against 4, chance alone has the best order once in 70. */
  static final int FEWEST = 5;

  private final Path folder;

  /**
   * @param given another folder than the module's own
   */
  BaselineRoom(Path module, Optional<Path> given) {
    this.folder = given.orElse(module.resolve("baselines"));
  }

  /**
   * The kept runs of a scenario.
   *
   * @throws Refused when there are none, or they were made under other conditions, which are named
   */
  Baseline read(String scenario, Map<String, String> conditions) {
    Path file = file(scenario);
    Baseline baseline;
    try {
      baseline = Baseline.read(file);
    } catch (IOException e) {
      throw new Refused("No baseline in " + file + "; -Dbaseline=save makes one");
    }
    List<String> unlike = baseline.unlike(scenario, conditions);
    if (!unlike.isEmpty()) {
      throw new Refused(file + " was made under other conditions: " + String.join("; ", unlike));
    }
    return baseline;
  }

  private Path file(String scenario) {
    return Baseline.file(folder, Machine.here().classOf(), scenario);
  }

  /**
   * Does with new runs what is wanted.
   *
   * @return false when they are worse than those that are kept
   */
  boolean settle(
      Settings.Keep keep,
      Baseline runs,
      List<Comparison.Metric> metrics,
      Comparison.Rules rules,
      PrintStream console)
      throws IOException {
    switch (keep) {
      case NOTHING -> {
        return true;
      }
      case SAVE -> {
        runs.write(file(runs.scenario()));
        console.println("Kept as the baseline: " + file(runs.scenario()).toAbsolutePath());
        return true;
      }
      case ADD -> {
        Baseline before = read(runs.scenario(), runs.conditions());
        List<Map<String, Double>> all = new ArrayList<>(before.runs());
        all.addAll(runs.runs());
        new Baseline(runs.scenario(), runs.commit(), runs.conditions(), all)
            .write(file(runs.scenario()));
        console.println(all.size() + " runs in " + file(runs.scenario()).toAbsolutePath());
        return true;
      }
      case COMPARE -> {
        Baseline before = read(runs.scenario(), runs.conditions());
        if (Math.min(before.runs().size(), runs.runs().size()) < FEWEST) {
          throw new Refused(
              "A comparison needs "
                  + FEWEST
                  + " runs on each side (-Druns=5); there are "
                  + before.runs().size()
                  + " kept and "
                  + runs.runs().size()
                  + " new ones");
        }
        Comparison comparison = Comparison.ofRuns(metrics, before.runs(), runs.runs(), rules);
        console.printf("%n%s against the runs of %s:%n", runs.scenario(), before.commit());
        tell(comparison, console);
        return !comparison.failed();
      }
      default -> throw new IllegalStateException(keep.name());
    }
  }

  /** One line a figure. */
  static void tell(Comparison comparison, PrintStream console) {
    for (Comparison.Finding f : comparison.findings()) {
      console.printf(
          java.util.Locale.ROOT,
          "  %-7s %-28s %10.3f -> %10.3f  %+.1f %% (%+.1f to %+.1f)  p %.2g, corrected %.2g  n %d%n",
          f.word(),
          f.metric().name(),
          f.base(),
          f.candidate(),
          f.changePct(),
          f.lowPct(),
          f.highPct(),
          f.pWorse(),
          f.adjusted(),
          f.samples());
    }
  }

  /** Whether there is a file for the scenario. */
  boolean has(String scenario) {
    return Files.exists(file(scenario));
  }
}
