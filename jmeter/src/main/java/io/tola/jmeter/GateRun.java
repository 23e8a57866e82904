package io.tola.jmeter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.jmeter.gate.Baseline;
import io.tola.jmeter.gate.Comparison;
import io.tola.jmeter.gate.DelayProxy;
import io.tola.jmeter.gate.Drive;
import io.tola.jmeter.gate.Machine;
import io.tola.jmeter.gate.Trial;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;

/**
 * What {@code mvn -pl jmeter -Pgate} runs, in Maven's own JVM: is the target slower than the base? Ends with 0 when it isn't, 1 when it
 * is, 2 when nothing was run.
 */
public final class GateRun {

  /** What is asked; each further question makes the others harder to answer. */
  static final List<Comparison.Metric> METRICS =
      List.of(
          new Comparison.Metric("orders_ms", true),
          new Comparison.Metric("reads_ms", true),
          new Comparison.Metric("p95_ms", true),
          new Comparison.Metric("server_cpu_ms_per_request", true));

  private static final String SCENARIO = "gate";
  private static final double MAX_ERROR_PCT = 0.1;
  private static final int WIDTH = 16;

  /**
   * Runs of the history within which a change for the worse fails the gate. A change is 5 to 10 runs old before it is certain: the
   * simulation in {@code ChangePointsTest} says why it isn't fewer.
   */
  static final int RECENT = 15;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final GateSettings settings;
  private final Path module;
  private final Path project;
  private final Clock clock;
  private final PrintStream console;

  GateRun(GateSettings settings, Path module, Path project, Clock clock, PrintStream console) {
    this.settings = settings;
    this.module = module;
    this.project = project;
    this.clock = clock;
    this.console = console;
  }

  /** Arguments: the folder of this module, and the project's. */
  public static void main(String[] arguments) throws Exception {
    PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Properties given = new Properties();
    given.putAll(System.getProperties());
    Clock clock = Clock.systemUTC();
    int code;
    try {
      Path project = Path.of(arguments[1]);
      code =
          new GateRun(
                  GateSettings.of(given, project, clock.millis()),
                  Path.of(arguments[0]),
                  project,
                  clock,
                  console)
              .run();
    } catch (Refused e) {
      console.println("Not run: " + e.getMessage());
      code = 2;
    }
    System.exit(code);
  }

  /** What came out, for the files and the report. */
  private record Result(
      Map<String, Double> medians, boolean passed, List<Thresholds.Verdict> verdicts) {}

  int run() throws IOException, InterruptedException {
    Target target = Target.of(settings.target(), settings.permittedHosts());
    String password = Prerequisites.password(settings.passwordFile());
    Platform platform = new Platform(target, password);
    Prerequisites.check(platform, WIDTH, "trader1");
    String runId = "gt" + Long.toString(clock.millis(), 36);
    Instant started = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Path out =
        settings
            .out()
            .orElse(module.resolve("target/results").resolve(STAMP.format(started) + "-gate"));
    BaselineRoom room = new BaselineRoom(module, settings.baselines());
    room.ready(
        settings.keep(),
        SCENARIO,
        conditions(target),
        settings.runs(),
        METRICS.size(),
        settings.alpha());
    Result result;
    try (Drive drive = new Drive(WIDTH)) {
      if (settings.plant().isPresent()) {
        result = planted(target, password, drive, runId, out);
      } else if (settings.base().isPresent()) {
        Target base = Target.of(settings.base().get(), settings.permittedHosts());
        String basePassword = Prerequisites.password(settings.basePasswordFile());
        Prerequisites.check(new Platform(base, basePassword), WIDTH, "trader1");
        result =
            paired(
                side(base.uri(), basePassword, drive, runId + "b"),
                side(target.uri(), password, drive, runId + "c"),
                out,
                runId);
      } else {
        result = alone(side(target.uri(), password, drive, runId + "c"), room, target, out, runId);
      }
    }
    boolean passed = result.passed() & report(result, runId, started, target, platform);
    console.printf("%nThe gate %s. %s%n", passed ? "passes" : "FAILS", out.toAbsolutePath());
    return passed ? 0 : 1;
  }

  private GateTarget side(java.net.URI uri, String password, Drive drive, String runId) {
    return new GateTarget(
        new GateTarget.Way(uri, password, settings.accounts(), settings.rate(), settings.cycles()),
        drive,
        runId);
  }

  /** The target against itself, made slower; both by the same way. */
  private Result planted(Target target, String password, Drive drive, String runId, Path out)
      throws IOException, InterruptedException {
    if (!target.isLoopback()) {
      throw new Refused("-Dplant is for a target on this machine");
    }
    double part = settings.plant().getAsDouble();
    try (DelayProxy plain = new DelayProxy(target.uri(), 0);
        DelayProxy slow = new DelayProxy(target.uri(), part)) {
      console.printf(
          Locale.ROOT,
          "Planted: the target answers through a proxy that waits another %.1f %% of its time%n",
          100 * part);
      Result result =
          paired(
              side(plain.uri(), password, drive, runId + "b"),
              side(slow.uri(), password, drive, runId + "c"),
              out,
              runId);
      console.printf(
          Locale.ROOT,
          "The proxy added %.2f %% of the target's time%n",
          100.0 * slow.addedNanos() / Math.max(1, slow.serverNanos()));
      return result;
    }
  }

  private Result paired(GateTarget base, GateTarget candidate, Path out, String runId)
      throws IOException, InterruptedException {
    warmUp(List.of(base, candidate));
    console.printf(
        Locale.ROOT,
        "%d runs of %d slices of %d requests to each, %s/s together, order by lot (seed %d)%n",
        settings.runs(),
        settings.slices(),
        settings.requests(),
        Thresholds.plain(settings.rate()),
        settings.seed());
    List<Comparison.Pair> pairs =
        new Trial(settings.runs(), settings.slices(), settings.seed())
            .run(lot -> base.slice(candidate, lot), this::tell);
    Comparison comparison =
        Comparison.ofPairs(
            METRICS, pairs, new Comparison.Rules(settings.alpha(), settings.leastPct()));
    console.println("Base against target:");
    BaselineRoom.tell(comparison, console);
    for (Comparison.Finding f : comparison.findings()) {
      if (f.word() == Comparison.Word.SAME && f.highPct() - f.changePct() > settings.leastPct()) {
        console.printf(
            Locale.ROOT,
            "  The machine was too noisy to see %s change by less than about %.0f %%: more runs, or less beside it%n",
            f.metric().name(),
            2 * (f.highPct() - f.changePct()));
      }
    }
    boolean sound = sound(base, "base") & sound(candidate, "target");
    write(out, runId, pairs, Optional.of(comparison));
    return new Result(
        Trial.medians(pairs.stream().map(Comparison.Pair::candidate).toList()),
        sound && !comparison.failed(),
        verdicts(comparison));
  }

  private List<Thresholds.Verdict> verdicts(Comparison comparison) {
    String wanted = "not worse by " + Thresholds.plain(settings.leastPct()) + " %";
    List<Thresholds.Verdict> verdicts = new ArrayList<>();
    for (Comparison.Finding f : comparison.findings()) {
      verdicts.add(
          new Thresholds.Verdict(
              f.metric().name(),
              wanted,
              String.format(
                  Locale.ROOT,
                  "%+.1f %% (%+.1f to %+.1f), p %.2g",
                  f.changePct(),
                  f.lowPct(),
                  f.highPct(),
                  f.adjusted()),
              f.word() != Comparison.Word.WORSE));
    }
    for (Comparison.Metric lacking : comparison.lacking()) {
      verdicts.add(new Thresholds.Verdict(lacking.name(), wanted, "not known", false));
    }
    return verdicts;
  }

  private Result alone(GateTarget target, BaselineRoom room, Target at, Path out, String runId)
      throws IOException, InterruptedException {
    warmUp(List.of(target));
    List<Comparison.Pair> slices = new ArrayList<>();
    List<Map<String, Double>> runs =
        new Trial(settings.runs(), settings.slices(), settings.seed())
            .alone(
                () -> {
                  Map<String, Double> slice = target.slice();
                  slices.add(
                      new Comparison.Pair(1 + slices.size() / settings.slices(), Map.of(), slice));
                  return slice;
                },
                this::tell);
    boolean sound = sound(target, "target");
    boolean keeps = settings.keep() == Settings.Keep.SAVE || settings.keep() == Settings.Keep.ADD;
    Optional<Comparison> comparison = Optional.empty();
    if (keeps && !sound) {
      console.println("Not kept, because too many answers were wrong: " + runs.size() + " runs");
    } else {
      comparison =
          room.settle(
              settings.keep(),
              Baseline.of(SCENARIO, LoadRun.commit(project), conditions(at), runs),
              METRICS,
              new Comparison.Rules(settings.alpha(), settings.leastPct()),
              console);
    }
    write(out, runId, slices, comparison);
    return new Result(
        Trial.medians(runs),
        sound && !comparison.map(Comparison::failed).orElse(false),
        comparison.map(this::verdicts).orElse(List.of()));
  }

  private void warmUp(List<GateTarget> targets) throws IOException, InterruptedException {
    for (GateTarget target : targets) {
      target.login();
    }
    console.println("Warming up for " + settings.warmup().toSeconds() + " s");
    Instant until = clock.instant().plus(settings.warmup());
    do {
      if (targets.size() == 1) {
        targets.get(0).slice();
      } else {
        targets.get(0).slice(targets.get(1), new Random(settings.seed()));
      }
    } while (clock.instant().isBefore(until));
  }

  private void tell(int run, Map<String, Double> base, Map<String, Double> candidate) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  run %d: ", run));
    for (Comparison.Metric metric : METRICS) {
      Double b = base.get(metric.name());
      Double c = candidate.get(metric.name());
      if (c != null) {
        line.append(metric.name())
            .append(' ')
            .append(b == null ? "" : Thresholds.plain(b) + " -> ")
            .append(Thresholds.plain(c))
            .append("  ");
      }
    }
    console.println(line);
  }

  private boolean sound(GateTarget target, String name) {
    boolean sound = target.errorPct() <= MAX_ERROR_PCT;
    if (target.errorPct() > 0) {
      console.printf(
          Locale.ROOT,
          "  %s: %.3f %% of the answers were wrong, the first %s%n",
          name,
          target.errorPct(),
          target.firstError());
    }
    return sound;
  }

  Map<String, String> conditions(Target target) {
    Map<String, String> conditions = new LinkedHashMap<>(Machine.here().conditions());
    conditions.put("beside", settings.base().isPresent() ? "base" : "nothing");
    conditions.put("where", target.isLoopback() ? "load and server on one machine" : target.host());
    conditions.put("rate", Thresholds.plain(settings.rate()));
    conditions.put("requests_in_a_slice", Integer.toString(settings.requests()));
    conditions.put("slices_in_a_run", Integer.toString(settings.slices()));
    conditions.put("accounts", Integer.toString(settings.accounts()));
    conditions.put("warmup_seconds", Long.toString(settings.warmup().toSeconds()));
    GateTarget.MIX.forEach((kind, of) -> conditions.put("mix_" + kind, of.toString()));
    return conditions;
  }

  /** Tells the platform; false when the history says that it became slower lately. What was planted is no history. */
  private boolean report(
      Result result, String runId, Instant started, Target target, Platform platform)
      throws InterruptedException {
    if (settings.report() == Settings.Report.NEVER || settings.plant().isPresent()) {
      return true;
    }
    try {
      platform.report(
          settings.opsUser(),
          LoadTestReport.json(
              runId,
              SCENARIO,
              started,
              LoadRun.commit(project),
              result.passed(),
              conditions(target),
              result.medians(),
              result.verdicts()));
      boolean good = true;
      for (LoadTestReport.Trend t :
          LoadTestReport.trends(platform.history(settings.opsUser(), SCENARIO))) {
        t.changes().forEach(c -> console.println("  history: " + c.words(t.metric())));
        if (METRICS.stream().anyMatch(m -> m.name().equals(t.metric()))
            && t.worsenedWithin(RECENT, settings.leastPct())) {
          console.println("  " + t.metric() + " became worse within the last " + RECENT + " runs");
          good = false;
        }
      }
      return good;
    } catch (IOException e) {
      console.println("  Not reported: " + e.getMessage());
      return settings.report() == Settings.Report.TRY;
    }
  }

  /** Every slice, so that what was found can be found again, and noise be learnt from. */
  private void write(
      Path out, String runId, List<Comparison.Pair> slices, Optional<Comparison> comparison)
      throws IOException, InterruptedException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("gate.json"), json(runId, slices, comparison));
  }

  private String json(String runId, List<Comparison.Pair> slices, Optional<Comparison> comparison)
      throws IOException, InterruptedException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("run_id", runId).put("commit", LoadRun.commit(project)).put("seed", settings.seed());
    comparison.ifPresent(c -> root.put("failed", c.failed()));
    ObjectNode machine = root.putObject("machine");
    Machine.here().conditions().forEach(machine::put);
    var findings = root.putArray("findings");
    for (Comparison.Finding f :
        comparison.map(Comparison::findings).orElse(List.<Comparison.Finding>of())) {
      findings
          .addObject()
          .put("metric", f.metric().name())
          .put("word", f.word().name())
          .put("base", f.base())
          .put("candidate", f.candidate())
          .put("change_pct", f.changePct())
          .put("low_pct", f.lowPct())
          .put("high_pct", f.highPct())
          .put("p", f.pWorse())
          .put("p_corrected", f.adjusted())
          .put("slices", f.samples());
    }
    var lacking = root.putArray("lacking");
    comparison.ifPresent(c -> c.lacking().forEach(m -> lacking.add(m.name())));
    var all = root.putArray("slices");
    for (Comparison.Pair pair : slices) {
      ObjectNode one = all.addObject().put("run", pair.run());
      if (!pair.base().isEmpty()) {
        pair.base().forEach(one.putObject("base")::put);
      }
      pair.candidate().forEach(one.putObject("candidate")::put);
    }
    return mapper.writeValueAsString(root);
  }
}
