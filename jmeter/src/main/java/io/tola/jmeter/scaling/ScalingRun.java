package io.tola.jmeter.scaling;

import io.tola.jmeter.OwnPlatform;
import io.tola.jmeter.Refused;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code mvn -pl jmeter -Pload -Dscaling=1,2,3} runs: for each number of servers a platform of its own with an empty database, loaded
 * over ever more connections. Ends with 0 when every order was kept, 1 when one wasn't, 2 when nothing was run. How fast it was is no
 * verdict.
 */
public final class ScalingRun {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int TRADERS = 50;

  private final Path module;
  private final Path project;
  private final PrintStream console;
  private final Clock clock;

  private ScalingRun(Path module, Path project, PrintStream console, Clock clock) {
    this.module = module;
    this.project = project;
    this.console = console;
    this.clock = clock;
  }

  /**
   * One measurement.
   *
   * @param round from 1: the same again
   */
  record Step(
      int nodes,
      int connections,
      int round,
      OrderLoad.Result result,
      Probe.Stretch stretch,
      Probe.Kept kept) {}

  /** Arguments: the folder of this module, and the project's. */
  public static void main(String[] arguments) throws Exception {
    PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int code;
    try {
      code =
          new ScalingRun(Path.of(arguments[0]), Path.of(arguments[1]), console, Clock.systemUTC())
              .run();
    } catch (Refused e) {
      console.println("Not run: " + e.getMessage());
      code = 2;
    }
    System.exit(code);
  }

  private int run() throws Exception {
    List<Integer> nodes = numbers("scaling", "1,2,3", 8);
    List<Integer> connections = numbers("connections", "1,2,4,8,16,32,64,128", 2000);
    Duration seconds = Duration.ofSeconds(numbers("seconds", "10", 3600).get(0));
    Duration warmup = Duration.ofSeconds(numbers("warmup", "45", 3600).get(0));
    int rounds = numbers("rounds", "1", 100).get(0);
    Path out =
        Path.of(
            System.getProperty(
                "out",
                module
                    .resolve("target/results/scaling-" + STAMP.format(clock.instant()))
                    .toString()));
    Files.createDirectories(out);
    Optional<Path> nginx = Balancer.installed();
    if (nginx.isEmpty()) {
      console.println(
          "NO NGINX HERE: each connection goes to one node straight, the nodes in turn; what a balancer costs is not in these figures.");
    }
    List<Step> steps = new ArrayList<>();
    for (int n : nodes) {
      console.printf("%n%d node%s%n", n, n == 1 ? "" : "s");
      try (OwnPlatform platform =
              OwnPlatform.start(
                  project,
                  module.resolve("target/scaling-platform"),
                  n,
                  java.util.Map.of("tola.gateway.requests-per-second", "1000000"),
                  line -> console.println("  " + line));
          Balancer balancer =
              nginx.isPresent()
                  ? Balancer.start(nginx.get(), out.resolve("nginx-" + n), platform.urls())
                  : null;
          Probe probe = new Probe(platform, Optional.ofNullable(balancer).map(Balancer::pid))) {
        List<URI> doors = balancer == null ? platform.urls() : List.of(balancer.url());
        measure(n, doors, probe, connections, seconds, warmup, rounds, steps);
      }
      // After each, so that a run that is broken off leaves what it has.
      ScalingPage.write(out, steps, conditions(nginx.isPresent(), seconds, warmup, rounds));
    }
    boolean kept = steps.stream().allMatch(s -> s.kept().passed());
    console.println();
    ScalingPage.models(steps)
        .forEach((what, fit) -> console.println(what + ": " + ScalingPage.words(fit)));
    console.println(kept ? "Every acknowledged order was kept." : "ORDERS WERE NOT KEPT.");
    console.println("Page: " + out.resolve("scaling.html").toAbsolutePath());
    return kept ? 0 : 1;
  }

  private void measure(
      int nodes,
      List<URI> doors,
      Probe probe,
      List<Integer> connections,
      Duration seconds,
      Duration warmup,
      int rounds,
      List<Step> steps)
      throws Exception {
    List<String> tokens = new ArrayList<>();
    for (int i = 1; i <= TRADERS; i++) {
      tokens.add(probe.token("trader" + i));
    }
    OrderLoad load = new OrderLoad(doors, tokens);
    String stamp = Long.toString(clock.millis(), 36);
    int most = connections.stream().mapToInt(Integer::intValue).max().orElseThrow();
    if (!warmup.isZero()) {
      console.println("  warming up for " + warmup.toSeconds() + " s");
      load.run(Math.min(64, most), warmup, "sw" + stamp);
    }
    for (int round = 1; round <= rounds; round++) {
      for (int c : connections) {
        probe.settle();
        String run = "sc" + stamp + "r" + round + "c" + c;
        OrderLoad.Result[] result = new OrderLoad.Result[1];
        Probe.Stretch stretch = probe.during(() -> result[0] = load.run(c, seconds, run));
        // What was under way when the time was over is committed by now, or never.
        Thread.sleep(500);
        Step step = new Step(nodes, c, round, result[0], stretch, probe.reconcile(result[0], run));
        steps.add(step);
        console.printf(
            Locale.ROOT,
            "  %4d connections  %7.0f/s  p50 %5.1f  p95 %6.1f  p99 %6.1f ms  batch %4.1f  lock waits %4.2f  orders %s%n",
            c,
            result[0].perSecond(),
            result[0].millis(50),
            result[0].millis(95),
            result[0].millis(99),
            stretch.batchSize(),
            stretch.waitingForLocks(),
            step.kept().passed() ? "kept" : "NOT KEPT: " + step.kept());
        result[0]
            .failures()
            .forEach((what, times) -> console.println("    " + times + " × " + what));
      }
    }
  }

  private List<String> conditions(boolean nginx, Duration seconds, Duration warmup, int rounds) {
    return List.of(
        clock.instant().toString().substring(0, 16).replace('T', ' ') + " UTC",
        Runtime.getRuntime().availableProcessors()
            + " processors that the servers, the database, the broker, "
            + (nginx ? "NGINX, " : "")
            + "the load and whatever else ran here share: with more servers none of them gets more",
        "each number of servers with a database of its own, empty at first; fsync on",
        (nginx
                ? "NGINX before the servers (least_conn)"
                : "no balancer: each connection at one node")
            + "; market orders, one a request, 50 accounts, closed model without think time",
        seconds.toSeconds()
            + " s each, "
            + rounds
            + " round"
            + (rounds == 1 ? "" : "s")
            + ", after "
            + warmup.toSeconds()
            + " s of warm-up");
  }

  static List<Integer> numbers(String name, String byDefault, int most) {
    String text = System.getProperty(name, byDefault);
    int least = name.equals("warmup") || name.equals("halvings") ? 0 : 1;
    try {
      List<Integer> numbers =
          Arrays.stream(text.split(",")).map(String::strip).map(Integer::valueOf).toList();
      if (numbers.stream().allMatch(n -> n >= least && n <= most)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // The same words as for one that is out of range.
    }
    throw new Refused(
        "-D" + name + " is whole numbers from " + least + " to " + most + ", not " + text);
  }
}
