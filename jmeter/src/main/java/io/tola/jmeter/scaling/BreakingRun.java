package io.tola.jmeter.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tola.jmeter.LoadRun;
import io.tola.jmeter.OwnPlatform;
import io.tola.jmeter.Refused;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * What {@code mvn -pl jmeter -Pload -Dbreaking=users} runs: JMeter's users against a platform of the run's own, more from step to step until
 * a target breaks, then between the last that held and the first that broke. Ends with 0 when every order was kept, 1 when one wasn't, 2
 * when nothing was run.
 */
public final class BreakingRun {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** Closer than this the difference is less than what two runs differ by. */
  private static final double CLOSE = 1.1;

  private final Path module;
  private final Path project;
  private final PrintStream console;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final List<UserStep> steps = new ArrayList<>();
  private List<String> bottleneck = List.of();
  private int bottleneckAt;

  private BreakingRun(Path module, Path project, PrintStream console, Clock clock) {
    this.module = module;
    this.project = project;
    this.console = console;
    this.clock = clock;
  }

  /** Arguments: the folder of this module, and the project's. */
  public static void main(String[] arguments) throws Exception {
    PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int code;
    try {
      code =
          new BreakingRun(Path.of(arguments[0]), Path.of(arguments[1]), console, Clock.systemUTC())
              .run();
    } catch (Refused e) {
      console.println("Not run: " + e.getMessage());
      code = 2;
    }
    System.exit(code);
  }

  private int run() throws Exception {
    if (!System.getProperty("breaking").equals("users")) {
      throw new Refused("-Dbreaking=users is all there is, not " + System.getProperty("breaking"));
    }
    int users = ScalingRun.numbers("start", "100", 10_000).get(0);
    int most = ScalingRun.numbers("most", "6400", 20_000).get(0);
    int seconds = ScalingRun.numbers("seconds", "45", 3600).get(0);
    int warmup = ScalingRun.numbers("warmup", "45", 3600).get(0);
    int halvings = ScalingRun.numbers("halvings", "3", 20).get(0);
    String scenario = System.getProperty("scenario", "stress");
    Path out =
        Path.of(
            System.getProperty(
                "out",
                module
                    .resolve("target/results/breaking-" + STAMP.format(clock.instant()))
                    .toString()));
    Files.createDirectories(out);
    double minutes = minutes(scenario);
    try (OwnPlatform platform =
            OwnPlatform.start(
                project,
                module.resolve("target/breaking-platform"),
                1,
                java.util.Map.of("tola.gateway.requests-per-second", "1000000"),
                line -> console.println("  " + line));
        Probe probe = new Probe(platform, Optional.empty())) {
      UserStep held = null;
      UserStep broke = null;
      while (broke == null && users <= most) {
        UserStep step =
            step(
                users,
                steps.isEmpty() ? warmup : 5,
                seconds,
                minutes,
                scenario,
                platform,
                probe,
                held,
                out);
        write(out, scenario, seconds, warmup);
        if (!step.ordersKept()) {
          break;
        }
        if (step.broken(held).isEmpty()) {
          held = step;
          users *= 2;
        } else {
          broke = step;
        }
      }
      for (int i = 0; broke != null && held != null && i < halvings; i++) {
        if ((double) broke.users() / held.users() < CLOSE) {
          break;
        }
        int middle = (int) Math.round(Math.sqrt((double) held.users() * broke.users()));
        UserStep step = step(middle, 5, seconds, minutes, scenario, platform, probe, held, out);
        write(out, scenario, seconds, warmup);
        if (!step.ordersKept()) {
          break;
        }
        if (step.broken(held).isEmpty()) {
          held = step;
        } else {
          broke = step;
        }
      }
      console.println();
      console.println(BreakingPage.verdict(steps));
    }
    bottleneck.forEach(line -> console.println("  " + line));
    console.println("Page: " + out.resolve("breaking.html").toAbsolutePath());
    return steps.stream().allMatch(UserStep::ordersKept) ? 0 : 1;
  }

  private UserStep step(
      int users,
      int warmup,
      int seconds,
      double minutes,
      String scenario,
      OwnPlatform platform,
      Probe probe,
      UserStep held,
      Path out)
      throws Exception {
    Path folder = out.resolve("users-" + users);
    Properties given = new Properties();
    given.setProperty("scenario", scenario);
    given.setProperty("users", Integer.toString(users));
    given.setProperty("scale", Double.toString(seconds / 60.0 / minutes));
    given.setProperty("warmup", Integer.toString(warmup));
    given.setProperty("target", platform.url(0).toString());
    given.setProperty("password.file", platform.data().resolve("demo-password").toString());
    given.setProperty("jms.port", Integer.toString(platform.brokerPort()));
    given.setProperty("dashboard", "false");
    given.setProperty("out", folder.toAbsolutePath().toString());
    console.printf("%n%d users%n", users);
    probe.settle();
    int[] code = new int[1];
    Probe.Stretch stretch =
        probe.during(() -> code[0] = LoadRun.run(given, module, project, console));
    if (code[0] == 2) {
      throw new Refused(users + " users could not be run");
    }
    JsonNode run = json.readTree(folder.resolve("results.json").toFile()).path("runs").path(0);
    UserStep step = UserStep.of(run, stretch);
    steps.add(step);
    List<String> broken = step.broken(held);
    if (!broken.isEmpty() && (bottleneck.isEmpty() || users < bottleneckAt)) {
      bottleneck =
          Bottleneck.of(
              stretch, Runtime.getRuntime().availableProcessors(), probe.performance("summary"));
      bottleneckAt = users;
    }
    console.printf(
        Locale.ROOT,
        "%d users: %.0f requests/s, p95 %.0f, p99 %.0f ms, errors %.2f %%, orders %s: %s%n",
        users,
        step.perSecond(),
        step.p95(),
        step.p99(),
        step.errorPct(),
        step.ordersKept() ? "kept" : "NOT KEPT",
        broken.isEmpty() ? "held" : "BROKE: " + String.join("; ", broken));
    return step;
  }

  /** How long the scenario lasts by itself. */
  private double minutes(String name) throws java.io.IOException {
    for (JsonNode s : json.readTree(module.resolve("scenarios.json").toFile()).path("scenarios")) {
      if (s.path("name").asText().equals(name)) {
        if (!s.path("plan").asText("users").equals("users")) {
          throw new Refused(name + " has no users to raise");
        }
        String text = s.path("duration").asText();
        double number = Double.parseDouble(text.substring(0, text.length() - 1));
        return text.endsWith("h") ? 60 * number : text.endsWith("s") ? number / 60 : number;
      }
    }
    throw new Refused("No scenario " + name);
  }

  private void write(Path out, String scenario, int seconds, int warmup)
      throws java.io.IOException {
    List<String> conditions =
        List.of(
            clock.instant().toString().substring(0, 16).replace('T', ' ') + " UTC",
            Runtime.getRuntime().availableProcessors()
                + " processors that the server, the database, the broker, JMeter and whatever else ran here share",
            "users of scenario "
                + scenario
                + " with its think times, closed model; an empty database at first; fsync on",
            seconds
                + " s a step, its ramp included; "
                + warmup
                + " s of warm-up before the first, 5 s before each other");
    BreakingPage.write(out, steps, conditions, bottleneck, bottleneckAt);
  }
}
