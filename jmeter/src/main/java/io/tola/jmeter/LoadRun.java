package io.tola.jmeter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.jmeter.gate.Baseline;
import io.tola.jmeter.gate.Comparison;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What {@code mvn -pl jmeter -Pload} runs, in Maven's own JVM: one scenario after the other against a platform that is up, then the page
 * over all of them. Ends with 0 when everything held, 1 when something did not, 2 when nothing was run.
 */
public final class LoadRun {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int TRIES = 3;
  private static final Scenario.Wave NO_WAVE =
      new Scenario.Wave(0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  private final Settings settings;
  private final Path module;
  private final Path project;
  private final Clock clock;
  private final PrintStream console;
  private final Map<String, List<LoadTestReport.Trend>> trends = new HashMap<>();
  private Set<String> operations = Set.of();

  private LoadRun(Settings settings, Path module, Path project, Clock clock, PrintStream console) {
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
    // Without Maven's report of a failed build: what there is to say has been said.
    System.exit(run(given, Path.of(arguments[0]), Path.of(arguments[1]), console));
  }

  /**
   * Runs what was asked for, as {@code main} does, and leaves this JVM alive.
   *
   * @param given what Maven would have been given with {@code -D}
   * @param module the folder of this module
   * @param project the checkout's
   * @return 0 when everything held, 1 when something did not, 2 when nothing was run
   */
  public static int run(Properties given, Path module, Path project, PrintStream console)
      throws IOException, InterruptedException {
    try {
      return new LoadRun(Settings.of(given, project), module, project, Clock.systemUTC(), console)
          .run();
    } catch (Refused e) {
      console.println("Not run: " + e.getMessage());
      return 2;
    }
  }

  private int run() throws IOException, InterruptedException {
    Scenarios scenarios = Scenarios.read(module.resolve("scenarios.json"));
    if (settings.scenario().equals("list")) {
      scenarios.everyOne().forEach(s -> console.printf("%-15s %s%n", s.name(), s.about()));
      return 0;
    }
    Path launcher =
        JMeterFolder.lay(module.resolve("target/jmeter-jars"), module.resolve("target/jmeter"));
    if (settings.scenario().equals("gui")) {
      return window(launcher);
    }
    List<Scenario> chosen =
        scenarios.chosen(settings.scenario()).stream().map(settings::shape).toList();
    Target target = Target.of(settings.target(), settings.permittedHosts());
    if (chosen.stream().anyMatch(s -> s.mix().containsKey("jms"))
        && !listens(target.host(), settings.brokerPort())) {
      console.printf(
          "NO BROKER at %s:%d (-Djms.port=): nobody trades over JMS in this run.%n",
          target.host(), settings.brokerPort());
      chosen = chosen.stream().map(s -> s.without("jms")).toList();
    }
    Platform platform = new Platform(target, Prerequisites.password(settings.passwordFile()));
    Prerequisites.check(
        platform,
        chosen.stream().mapToInt(PlanProperties::threads).max().orElse(0),
        settings.firstUser());

    JMeterProcess jmeter = new JMeterProcess(launcher, module.resolve("plans"));
    Path out =
        settings
            .out()
            .orElse(module.resolve("target/results").resolve(STAMP.format(clock.instant())));
    Files.createDirectories(out);
    BaselineRoom room = new BaselineRoom(module, settings.baselines());
    // Before an hour of load, not after it.
    for (Scenario s : chosen) {
      room.ready(
          settings.keep(),
          s.name(),
          LoadTestReport.conditions(s, settings, target),
          settings.runs(),
          LoadTestReport.COMPARED.size(),
          Comparison.Rules.RUNS.alpha());
    }
    Map<String, String> always = always(target, platform);
    if (!settings.warmup().isZero()) {
      warmUp(jmeter, always, chosen.get(0), out);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Scenario s : repeated(chosen, settings.runs())) {
      if (!outcomes.isEmpty()) {
        console.println("Cooling down for " + settings.cooldown().toSeconds() + " s");
        Thread.sleep(settings.cooldown().toMillis());
      }
      Outcome outcome = one(s, jmeter, platform, always, out, outcomes);
      outcomes.add(outcome);
      report(outcome, target, platform);
      // After each, so that a run that is broken off leaves what it has.
      write(outcomes, out, target, platform);
    }
    boolean passed =
        outcomes.stream().allMatch(Outcome::passed) & kept(chosen, outcomes, room, target);
    console.println();
    outcomes.forEach(
        o -> console.printf("%-15s %s%n", o.scenario().name(), o.passed() ? "passed" : "FAILED"));
    console.println("Summary: " + out.resolve("summary.html").toAbsolutePath());
    return passed ? 0 : 1;
  }

  /** Each as often, in turns: what the machine does meanwhile meets all alike. */
  private static List<Scenario> repeated(List<Scenario> chosen, int runs) {
    List<Scenario> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      all.addAll(chosen);
    }
    return all;
  }

  /** Tells the platform, and reads what it makes of it. */
  private void report(Outcome o, Target target, Platform platform) throws InterruptedException {
    boolean takes = operations.contains("POST /performance/load-tests");
    if (settings.report() == Settings.Report.NEVER
        || settings.report() == Settings.Report.TRY && !takes) {
      return;
    }
    try {
      platform.report(
          settings.opsUser(),
          LoadTestReport.json(
              o.runId(),
              o.scenario().name(),
              o.loadFrom(),
              commit(),
              o.passed(),
              LoadTestReport.conditions(o.scenario(), settings, target),
              LoadTestReport.metrics(o),
              o.verdicts()));
      List<LoadTestReport.Trend> found =
          LoadTestReport.trends(platform.history(settings.opsUser(), o.scenario().name()));
      trends.put(o.scenario().name(), found);
      found.forEach(
          t -> t.changes().forEach(c -> console.println("  history: " + c.words(t.metric()))));
    } catch (IOException e) {
      console.println("  Not reported: " + e.getMessage());
      if (settings.report() == Settings.Report.ALWAYS) {
        o.problems().add("The run could not be reported: " + e.getMessage());
      }
    }
  }

  /** Which of a scenario's runs a baseline is made of: what failed is nothing to measure others by. */
  static List<Outcome> fitFor(Settings.Keep keep, List<Outcome> outcomes) {
    return keep == Settings.Keep.SAVE || keep == Settings.Keep.ADD
        ? outcomes.stream().filter(Outcome::passed).toList()
        : outcomes;
  }

  /** Keeps the runs, or compares them with those that are kept. */
  private boolean kept(
      List<Scenario> chosen, List<Outcome> outcomes, BaselineRoom room, Target target)
      throws IOException, InterruptedException {
    boolean good = true;
    for (Scenario s : chosen) {
      List<Outcome> all =
          outcomes.stream().filter(o -> o.scenario().name().equals(s.name())).toList();
      List<Outcome> fit = fitFor(settings.keep(), all);
      if (fit.size() < all.size()) {
        console.printf(
            "Not kept, because they failed: %d of %d runs of %s%n",
            all.size() - fit.size(), all.size(), s.name());
      }
      if (fit.isEmpty()) {
        continue;
      }
      good &=
          !room.settle(
                  settings.keep(),
                  Baseline.of(
                      s.name(),
                      commit(),
                      LoadTestReport.conditions(s, settings, target),
                      fit.stream().map(LoadTestReport::metrics).toList()),
                  LoadTestReport.COMPARED,
                  Comparison.Rules.RUNS,
                  console)
              .map(Comparison::failed)
              .orElse(false);
    }
    return good;
  }

  private static boolean listens(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What all plans are told. */
  private Map<String, String> always(Target target, Platform platform)
      throws IOException, InterruptedException {
    List<String> users =
        Files.readAllLines(settings.usersFile().orElse(module.resolve("plans/users.csv")));
    Map<String, String> p = new HashMap<>();
    // All tokens within 35 minutes, of the 60 that one is good for.
    p.put(
        "token.refresh.pause",
        Long.toString(Duration.ofMinutes(35).toMillis() / Math.max(1, users.size() - 1)));
    p.putAll(settings.planProperties());
    // Behind what was given: the target that was checked is the one that gets the passwords.
    p.put("protocol", target.uri().getScheme());
    p.put("host", target.host());
    p.put("port", Integer.toString(target.port()));
    p.put("jms.port", Integer.toString(settings.brokerPort()));
    p.put("password.file", settings.passwordFile().toAbsolutePath().toString());
    p.put(
        "users.file",
        settings.usersFile().orElse(module.resolve("plans/users.csv")).toAbsolutePath().toString());
    operations = Operations.of(platform.openapi());
    p.put("has.performance", Boolean.toString(operations.contains("GET /performance/summary")));
    return p;
  }

  private void warmUp(JMeterProcess jmeter, Map<String, String> always, Scenario first, Path out)
      throws IOException, InterruptedException {
    console.println("Warming up for " + settings.warmup().toSeconds() + " s");
    Map<String, Double> mix =
        Map.of("trading", 4.0, "hft", 3.0, "dashboard", 2.0, "reconciliation", 1.0);
    Scenario warmup =
        new Scenario(
            "warmup",
            "",
            "users",
            Math.max(10, Math.min(20, first.users())),
            0,
            Duration.ofSeconds(2),
            settings.warmup(),
            mix,
            java.util.Optional.empty(),
            Thresholds.NONE,
            false);
    Map<String, String> p = new HashMap<>(always);
    p.putAll(
        PlanProperties.of(warmup, "lw" + Long.toString(clock.millis(), 36), settings.accounts()));
    jmeter.run("users", p, warmup.users(), out.resolve("warmup"), line -> {});
  }

  private Outcome one(
      Scenario s,
      JMeterProcess jmeter,
      Platform platform,
      Map<String, String> always,
      Path out,
      List<Outcome> before)
      throws IOException, InterruptedException {
    console.printf(
        "%n%s: %s%n  %s, %s%n",
        s.name(),
        s.about(),
        s.open()
            ? Thresholds.plain(s.rate()) + " requests a second are due"
            : s.users() + s.wave().map(w -> " + " + w.users()).orElse("") + " users",
        s.duration());
    long earlier = before.stream().filter(o -> o.scenario().name().equals(s.name())).count();
    String name = s.name() + (earlier == 0 ? "" : "-" + (earlier + 1));
    Path folder = out.resolve(name);
    Instant started = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String runId = "lt" + Long.toString(clock.millis(), 36);
    Map<String, String> p = new HashMap<>(always);
    p.putAll(PlanProperties.of(s, runId, settings.accounts()));
    if (s.plan().equals("historical")) {
      Path ticks = Files.createDirectories(folder).resolve("ticks.ndjson");
      TickFile.write(ticks, LocalDate.ofInstant(started, ZoneOffset.UTC));
      p.put("ticks.file", ticks.toAbsolutePath().toString());
    }
    List<String> problems = new ArrayList<>();
    List<ServerWatch.Point> server;
    int unanswered;
    try (ServerWatch watch = new ServerWatch(platform, clock)) {
      int code =
          jmeter.run(
              s.plan(), p, PlanProperties.threads(s), folder, new Live(console, watch, clock));
      if (code != 0) {
        problems.add("JMeter ended with " + code + "; its log says why");
      }
      server = watch.points();
      unanswered = watch.unanswered();
    }
    Path samples = folder.resolve("samples.jtl");
    if (!Files.exists(samples)) {
      throw new Refused("JMeter wrote no samples; see " + folder.resolve("jmeter.log"));
    }
    Read read = read(s, samples);
    if (read.failedLogins > 0) {
      problems.add(read.failedLogins + " logins failed");
    }
    if (read.figures.count() == 0) {
      problems.add("No request was sent");
    }
    problems.addAll(read.acknowledged.problems(s.sendsOrders()));
    Reconciliation reconciliation = null;
    if (settings.reconcile()) {
      console.println("  asking the platform for the orders of the run");
      reconciliation =
          reconcile(
              platform::orders, read.acknowledged, runId, started, Duration.ofSeconds(3), problems);
    }
    if (settings.dashboard()
        && jmeter.dashboard(samples, folder.resolve("dashboard"), folder) != 0) {
      problems.add("JMeter made no dashboard; see dashboard.log");
    }
    Scenario.Wave wave = s.wave().orElse(NO_WAVE);
    OptionalDouble recovery =
        s.wave().isPresent()
            ? read.figures.recovery(
                s.ramp().toSeconds(), wave.after().toSeconds(), wave.end().toSeconds())
            : OptionalDouble.empty();
    Figures f = read.figures;
    OptionalDouble dbP95 =
        operations.contains("GET /performance/queries")
            ? platform.statementP95(settings.opsUser())
            : OptionalDouble.empty();
    List<Thresholds.Verdict> verdicts =
        s.thresholds()
            .judge(
                new Thresholds.Measured(
                    f.requestsPerSecond(),
                    f.percentile(95),
                    f.percentile(99),
                    f.errorPct(),
                    ServerWatch.cacheHitPct(server),
                    f.usersHeld(s.ramp().toSeconds()),
                    LoadTestReport.dbMean(server),
                    dbP95,
                    recovery));
    Outcome outcome =
        new Outcome(
            s,
            runId,
            Instant.ofEpochMilli(read.from),
            f,
            server,
            unanswered,
            reconciliation,
            recovery,
            read.lateness,
            dbP95,
            verdicts,
            problems,
            name);
    tell(outcome);
    return outcome;
  }

  private void tell(Outcome o) {
    Figures f = o.figures();
    console.printf(
        "  %s requests, %s/s, p50 %s ms, p95 %s ms, p99 %s ms, errors %s (%s %%)%n",
        Thresholds.plain(f.count()),
        Thresholds.plain(f.requestsPerSecond()),
        Thresholds.plain(f.percentile(50)),
        Thresholds.plain(f.percentile(95)),
        Thresholds.plain(f.percentile(99)),
        f.errors(),
        Thresholds.plain(f.errorPct()));
    f.failures().entrySet().stream()
        .limit(5)
        .forEach(e -> console.println("  " + e.getValue() + " × " + e.getKey()));
    o.problems().forEach(p -> console.println("  PROBLEM: " + p));
    for (Thresholds.Verdict v : o.verdicts()) {
      console.printf(
          "  %s  %s: wanted %s, got %s%n",
          v.passed() ? "passed" : "FAILED", v.what(), v.wanted(), v.got());
    }
    Reconciliation r = o.reconciliation();
    if (r != null) {
      console.printf(
          "  %s  orders: %s acknowledged, %d missing, %d doubled, %d different, %d strange; without an answer %d there, %d not%n",
          r.passed() ? "passed" : "FAILED",
          Thresholds.plain(r.acknowledged()),
          r.missing().size(),
          r.doubled().size(),
          r.different().size(),
          r.strangers().size(),
          r.unansweredThere(),
          r.unansweredNot());
    }
  }

  private static final class Read {
    final Acknowledged acknowledged = new Acknowledged();
    Figures figures;
    OptionalDouble lateness = OptionalDouble.empty();
    long from = Long.MAX_VALUE;
    int failedLogins;
  }

  /** Twice through the file, because where the load began is known at its end only. */
  private static Read read(Scenario s, Path samples) throws IOException {
    Read read = new Read();
    Jtl.read(
        samples,
        sample -> {
          if (sample.counts()) {
            read.from = Math.min(read.from, sample.due());
            read.acknowledged.add(sample);
          } else if (!sample.success()) {
            read.failedLogins++;
          }
        });
    read.figures = new Figures(read.from, s.duration().toMillis(), s.steadyFrom().toMillis());
    Histogram late = new Histogram(2);
    Jtl.read(
        samples,
        sample -> {
          if (sample.counts()) {
            late.recordValue(sample.late());
            read.figures.add(sample);
          }
        });
    if (s.open() && late.getTotalCount() > 0) {
      read.lateness = OptionalDouble.of(late.getValueAtPercentile(99));
    }
    return read;
  }

  /** Where the orders of a user are listed: {@link Platform#orders}. */
  interface Listing {
    List<Reconciliation.Listed> orders(String username, Instant since, String prefix)
        throws IOException, InterruptedException;
  }

  /**
   * Each user's list is asked for {@value #TRIES} times at most.
   *
   * @param pause between two
   * @param problems gets why a list can't be read; the run's other figures stay worth something
   * @return null when there was nothing to compare, or not all lists
   */
  static Reconciliation reconcile(
      Listing platform,
      Acknowledged acknowledged,
      String runId,
      Instant since,
      Duration pause,
      List<String> problems)
      throws InterruptedException {
    Set<String> users = new TreeSet<>(acknowledged.unanswered().values());
    acknowledged.orders().values().forEach(o -> users.add(o.username()));
    if (users.isEmpty()) {
      return null;
    }
    List<Reconciliation.Listed> listed = new ArrayList<>();
    for (String user : users) {
      for (int tries = 1; ; tries++) {
        try {
          listed.addAll(platform.orders(user, since.minusSeconds(60), runId + "-"));
          break;
        } catch (IOException e) {
          if (tries == TRIES) {
            problems.add("The orders could not be compared: " + e);
            return null;
          }
          Thread.sleep(pause.toMillis());
        }
      }
    }
    return Reconciliation.of(acknowledged, listed);
  }

  private int window(Path launcher) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            launcher.toString(),
            "-t",
            module.resolve("plans/users.jmx").toString(),
            "-Jpassword.file=" + settings.passwordFile().toAbsolutePath());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private void write(List<Outcome> outcomes, Path out, Target target, Platform platform)
      throws IOException, InterruptedException {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("target", target.uri().toString());
    conditions.put("platform", platformSays(platform));
    conditions.put("commit of the plans", commit());
    conditions.put(
        "load generator",
        Runtime.getRuntime().availableProcessors()
            + " processors, Java "
            + Runtime.version().feature()
            + ", "
            + (target.uri().getHost().startsWith("127.")
                ? "on the server's machine"
                : "over the network"));
    Set<String> sampled = new TreeSet<>();
    outcomes.forEach(o -> sampled.addAll(o.figures().labels().keySet()));
    // Everybody's first request, and not part of the load.
    sampled.add("POST /auth/token");
    conditions.put("operations sampled", Operations.coverage(operations, sampled));
    conditions.put("scale of time", Thresholds.plain(settings.scale()));
    conditions.put("warm-up", settings.warmup().toSeconds() + " s");
    Files.writeString(out.resolve("summary.html"), SummaryPage.of(outcomes, conditions, trends));
    Files.writeString(out.resolve("results.json"), json(outcomes, conditions));
  }

  private String platformSays(Platform platform) throws InterruptedException {
    try {
      var status = platform.status(settings.firstUser());
      return status.path("version").asText("?")
          + ", profile "
          + status.path("profile").asText("?")
          + ", market "
          + status.path("feed").asText("?");
    } catch (IOException e) {
      return "does not answer: " + e.getMessage();
    }
  }

  private static String json(List<Outcome> outcomes, Map<String, String> conditions)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    ObjectNode with = root.putObject("conditions");
    conditions.forEach(with::put);
    ArrayNode runs = root.putArray("runs");
    for (Outcome o : outcomes) {
      Figures f = o.figures();
      ObjectNode run = runs.addObject();
      run.put("scenario", o.scenario().name())
          .put("passed", o.passed())
          .put("load_from", o.loadFrom().toString())
          .put("users", o.scenario().users())
          .put("rate", o.scenario().rate())
          .put("seconds", o.scenario().duration().toSeconds())
          .put("requests", f.count())
          .put("errors", f.errors())
          .put("requests_per_second", f.requestsPerSecond())
          .put("p50_ms", f.percentile(50))
          .put("p95_ms", f.percentile(95))
          .put("p99_ms", f.percentile(99))
          .put("max_ms", f.max());
      o.recovery().ifPresent(seconds -> run.put("recovery_seconds", seconds));
      o.lateness().ifPresent(ms -> run.put("sent_late_p99_ms", ms));
      LoadTestReport.metrics(o)
          .forEach(
              (figure, value) -> {
                if (!run.has(figure)) {
                  run.put(figure, value);
                }
              });
      Reconciliation r = o.reconciliation();
      if (r != null) {
        run.putObject("orders")
            .put("acknowledged", r.acknowledged())
            .put("missing", r.missing().size())
            .put("doubled", r.doubled().size())
            .put("different", r.different().size())
            .put("strange", r.strangers().size())
            .put("unanswered_there", r.unansweredThere())
            .put("unanswered_not", r.unansweredNot());
      }
      ArrayNode verdicts = run.putArray("thresholds");
      o.verdicts()
          .forEach(
              v ->
                  verdicts
                      .addObject()
                      .put("what", v.what())
                      .put("wanted", v.wanted())
                      .put("got", v.got())
                      .put("passed", v.passed()));
    }
    return mapper.writeValueAsString(root);
  }

  /** Of the checkout; a copy without git has none. */
  private String commit() throws InterruptedException {
    return commit(project);
  }

  static String commit(Path project) throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .directory(project.toFile())
              .redirectErrorStream(true)
              .start();
      String said =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .collect(Collectors.joining(" "));
      return git.waitFor() == 0 ? said : "not known";
    } catch (IOException e) {
      return "not known";
    }
  }
}
