package io.tola.jmeter;

import io.tola.jmeter.gate.Baseline;
import io.tola.jmeter.gate.Comparison;
import io.tola.jmeter.gate.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /**
   * Whether what is wanted can be done with so many new runs; to be asked before they are made.
   *
   * @param questions figures that would be compared
   * @throws Refused when it can't
   */
  void ready(
      Settings.Keep keep,
      String scenario,
      Map<String, String> conditions,
      int runs,
      int questions,
      double alpha) {
    if (keep != Settings.Keep.COMPARE && keep != Settings.Keep.ADD) {
      return;
    }
    int kept = read(scenario, conditions).runs().size();
    if (keep == Settings.Keep.ADD) {
      return;
    }
    if (Math.min(kept, runs) < FEWEST) {
      throw new Refused(
          "A comparison needs "
              + FEWEST
              + " runs on each side (-Druns=5); there are "
              + kept
              + " kept and "
              + runs
              + " new ones");
    }
    if (Comparison.leastOfRuns(questions, kept, runs) > alpha) {
      throw new Refused(
          kept
              + " kept and "
              + runs
              + " new runs can't show anything at the level "
              + Thresholds.plain(alpha)
              + " (-Dalpha), whatever they find: more runs");
    }
  }

  private Path file(String scenario) {
    return Baseline.file(folder, Machine.here().classOf(), scenario);
  }

  /**
   * Does with new runs what is wanted.
   *
   * @return what came out of a comparison with those that are kept; empty when none was wanted
   */
  Optional<Comparison> settle(
      Settings.Keep keep,
      Baseline runs,
      List<Comparison.Metric> metrics,
      Comparison.Rules rules,
      PrintStream console)
      throws IOException {
    switch (keep) {
      case NOTHING -> {
        return Optional.empty();
      }
      case SAVE -> {
        runs.write(file(runs.scenario()));
        console.println("Kept as the baseline: " + file(runs.scenario()).toAbsolutePath());
        return Optional.empty();
      }
      case ADD -> {
        Baseline all = read(runs.scenario(), runs.conditions()).and(runs.runs());
        all.write(file(runs.scenario()));
        console.println(all.runs().size() + " runs in " + file(runs.scenario()).toAbsolutePath());
        return Optional.empty();
      }
      case COMPARE -> {
        Baseline before = read(runs.scenario(), runs.conditions());
        Comparison comparison = Comparison.ofRuns(metrics, before.figures(), runs.figures(), rules);
        console.printf("%n%s against the runs of %s:%n", runs.scenario(), before.commits());
        tell(comparison, console);
        return Optional.of(comparison);
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
    comparison
        .lacking()
        .forEach(
            m -> console.printf("  LACKING %-28s one side hasn't it often enough%n", m.name()));
  }

  /** Whether there is a file for the scenario. */
  boolean has(String scenario) {
    return Files.exists(file(scenario));
  }
}
