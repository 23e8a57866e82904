package io.tola.drills;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs drills one after the other and writes one page about them. Ends with 0 when all passed, 1 when something didn't hold, 2 when
 * nothing was run. A drill that this machine can't do says so, and fails nothing.
 */
public final class DrillRun {

  private static final List<String> SYMBOLS =
      List.of("ITC", "RELIANCE", "TCS", "SBIN", "INFY", "HDFCBANK");
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final int SAMPLE = 100;

  private final Path project;
  private final Clock clock;
  private final PrintStream console;
  private final double rate;
  private final double scale;
  private Lab lab;
  private Shape shape;

  private DrillRun(Path project, Clock clock, PrintStream console, double rate, double scale) {
    this.project = project;
    this.clock = clock;
    this.console = console;
    this.rate = rate;
    this.scale = scale;
  }

  /** Argument: the project's folder. */
  public static void main(String[] arguments) throws Exception {
    java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.SEVERE);
    PrintStream console = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Path project = Path.of(arguments[0]);
    String asked = System.getProperty("drill", "list");
    List<Drill> chosen = chosen(asked);
    if (chosen.isEmpty()) {
      console.println("drill | -Ddrill= one or several of these with commas, or all:");
      Drills.all().forEach(d -> console.printf("drill | %-10s %s%n", d.name(), d.what()));
      System.exit(asked.equals("list") ? 0 : 2);
    }
    DrillRun run =
        new DrillRun(
            project,
            Clock.systemUTC(),
            console,
            Double.parseDouble(System.getProperty("drill.rate", "40")),
            Double.parseDouble(System.getProperty("drill.scale", "1")));
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "stop"));
    System.exit(run.run(chosen));
  }

  private static List<Drill> chosen(String names) {
    if (names.equals("all")) {
      return Drills.all();
    }
    List<Drill> found = new ArrayList<>();
    for (String name : names.split(",")) {
      Drills.all().stream().filter(d -> d.name().equals(name)).forEach(found::add);
    }
    return found.size() == names.split(",").length ? found : List.of();
  }

  private int run(List<Drill> drills) throws Exception {
    String stamp =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC)
            .format(clock.instant());
    Path out =
        Path.of(
            System.getProperty(
                "drill.out",
                project.resolve("jmeter/drills/target/results").resolve(stamp).toString()));
    Files.createDirectories(out);
    Map<String, String> conditions = conditions();
    List<Result> results = new ArrayList<>();
    for (Drill drill : drills) {
      console.printf("drill | %s: %s%n", drill.name(), drill.what());
      Result result;
      try {
        result = run(drill);
      } catch (NotAtHand e) {
        result = Result.missing(drill, e.getMessage());
      }
      results.add(result);
      tell(result);
      if (!result.passed()) {
        // The next one shall not suffer from what this one found; and the logs are for whoever
        // looks into it.
        keepLogs(out, drill);
        close();
      }
      Files.writeString(out.resolve("summary.html"), Page.of(results, conditions));
      Files.writeString(out.resolve("results.json"), json(results, conditions));
    }
    close();
    console.println("drill | " + out.resolve("summary.html"));
    if (results.stream().noneMatch(Result::ran)) {
      return 2;
    }
    return results.stream().allMatch(r -> !r.ran() || r.passed()) ? 0 : 1;
  }

  private void tell(Result result) {
    if (!result.ran()) {
      console.printf("drill | %s NOT AT HAND: %s%n", result.drill().name(), result.notAtHand());
      return;
    }
    console.printf(
        Locale.ROOT,
        "drill | %s %s: %d orders, %d refused, %d unanswered, worst %.0f ms%n",
        result.drill().name(),
        result.passed() ? "passed" : "FAILED",
        result.sent().size(),
        Figures.count(result.sent(), Answer.Kind.REFUSED),
        Figures.count(result.sent(), Answer.Kind.UNANSWERED),
        Figures.worst(result.sent()));
    result
        .failures()
        .forEach(c -> console.printf("drill |   FAILED %s: %s%n", c.what(), c.detail()));
  }

  private Result run(Drill drill) throws Exception {
    if (lab == null || !drill.shape().equals(shape)) {
      close();
      lab = Lab.start(project, project.resolve("jmeter/drills/target/lab"), drill.shape());
      shape = drill.shape();
    }
    String prefix = drill.name() + "-" + Long.toString(clock.millis(), 36);
    OrderStream stream = new OrderStream(lab.door(), lab.traders(), closes(), prefix, rate);
    Stage stage = new Stage(lab, stream, scale);
    warmUp(prefix);
    List<Sent> sent;
    stream.start();
    try {
      drill.script().play(stage);
    } catch (NotAtHand e) {
      throw e;
    } catch (Exception e) {
      stage.check("the drill came to its end", false, String.valueOf(e));
      e.printStackTrace(console);
    } finally {
      sent = stream.stop();
    }
    List<Check> checks = new ArrayList<>(stage.checks());
    Result seen = new Result(drill, rate, sent, stage.windows(), List.of(), null);
    checks.addAll(seen.clientChecks());
    checks.addAll(afterwards(prefix, sent));
    return new Result(drill, rate, sent, stage.windows(), List.copyOf(checks), null);
  }

  /** Each trader's first order through a platform that has just started is its slowest, and no drill's business. */
  private void warmUp(String prefix) throws InterruptedException {
    for (int i = 0; i < 2 * Lab.TRADERS; i++) {
      lab.door()
          .placeSurely(
              new Order(
                  "warm-" + prefix + "-" + i,
                  false,
                  lab.traders().get(i % Lab.TRADERS),
                  SYMBOLS.get(i % SYMBOLS.size()),
                  "BUY",
                  3,
                  null),
              SETTLE);
    }
  }

  /** What must hold when all is over. */
  private List<Check> afterwards(String prefix, List<Sent> sent) throws Exception {
    List<Check> checks = new ArrayList<>();
    double ready = Stage.await(60_000, () -> lab.isReady());
    checks.add(
        new Check(
            "/health/ready says so",
            !Double.isNaN(ready),
            Double.isNaN(ready) ? "not within 60 s" : "yes"));
    ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Orders.Known> acknowledged = new ConcurrentLinkedQueue<>();
    Set<String> ids = new HashSet<>();
    List<Sent> open = new ArrayList<>();
    List<Sent> sample = new ArrayList<>();
    for (Sent s : sent) {
      ids.add(s.order().id());
      if (s.kind() == Answer.Kind.ACKNOWLEDGED) {
        acknowledged.add(known(s.order(), s.answer()));
        if (sample.size() < SAMPLE) {
          sample.add(s);
        }
      } else {
        open.add(s);
      }
    }
    ConcurrentLinkedQueue<String> unsettled = new ConcurrentLinkedQueue<>();
    ExecutorService clients = Executors.newFixedThreadPool(16);
    for (Sent s : open) {
      clients.execute(() -> settle(s.order(), acknowledged, unsettled));
    }
    for (Sent s : sample) {
      clients.execute(() -> repeat(s, problems));
    }
    clients.shutdown();
    if (!clients.awaitTermination(5, TimeUnit.MINUTES)) {
      unsettled.add("some are still waited for");
    }
    checks.add(
        Check.nothing(
            "orders sent without an order for an answer get one outcome when they are repeated",
            List.copyOf(unsettled),
            open.size() + " repeated twice each"));
    checks.add(
        Check.nothing(
            "acknowledged orders that are sent again are answered as the same order",
            List.copyOf(problems),
            sample.size() + " repeated"));
    try (Connection connection = lab.database().connect()) {
      List<Orders.Known> stored = Books.orders(connection, prefix);
      checks.add(
          Check.nothing(
              "every acknowledged order is in the database once, as it was answered",
              Orders.problems(acknowledged, ids, stored),
              acknowledged.size() + " acknowledged, " + stored.size() + " stored"));
      checks.addAll(Books.balance(connection));
      double drained =
          Stage.await(60_000, () -> Books.number(connection, "SELECT count(*) FROM outbox") == 0);
      checks.add(
          new Check(
              "every report reached the broker",
              !Double.isNaN(drained),
              Double.isNaN(drained) ? "the outbox isn't empty after 60 s" : "the outbox is empty"));
    }
    Answer verified = lab.door().get("auditor", "/api/v1/audit/verify");
    checks.add(
        new Check(
            "the audit trail verifies",
            verified.status() == 200 && verified.json().path("intact").asBoolean(),
            verified.status() == 200
                ? verified.json().path("entries").asText("") + " intact"
                : verified.toString()));
    String logs = lab.logs();
    checks.add(
        new Check("no OutOfMemoryError in the logs", !logs.contains("OutOfMemoryError"), "looked"));
    return checks;
  }

  private static Orders.Known known(Order order, Answer answer) {
    Answer.Placed placed = answer.placed();
    return new Orders.Known(order.id(), placed.orderId(), placed.status(), placed.filled());
  }

  private void settle(
      Order order,
      ConcurrentLinkedQueue<Orders.Known> acknowledged,
      ConcurrentLinkedQueue<String> unsettled) {
    try {
      Answer first = lab.door().placeSurely(order, SETTLE);
      Answer second = lab.door().placeSurely(order, SETTLE);
      if (first.placed() == null || second.placed() == null) {
        unsettled.add(order.id() + " " + first);
      } else if (!first.placed().orderId().equals(second.placed().orderId())) {
        unsettled.add(order.id() + " is two orders");
      } else {
        acknowledged.add(known(order, first));
        acknowledged.add(known(order, second));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void repeat(Sent s, ConcurrentLinkedQueue<String> problems) {
    try {
      Answer again = lab.door().placeSurely(s.order(), SETTLE);
      if (again.placed() == null
          || !again.placed().orderId().equals(s.answer().placed().orderId())) {
        problems.add(s.order().id() + " " + again);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, BigDecimal> closes() throws IOException {
    Map<String, BigDecimal> closes = new LinkedHashMap<>();
    for (String symbol : SYMBOLS) {
      Answer quote = lab.door().get("viewer", "/api/v1/market/quote/" + symbol);
      if (quote.status() != 200) {
        throw new IOException("no quote of " + symbol + ": " + quote);
      }
      closes.put(symbol, new BigDecimal(quote.json().path("previous_close").asText()));
    }
    return closes;
  }

  private void keepLogs(Path out, Drill drill) throws IOException {
    if (lab != null) {
      Files.writeString(out.resolve(drill.name() + ".server.log"), lab.logs());
      Path database = lab.root().resolve("logs/postgresql.log");
      if (Files.exists(database)) {
        Files.writeString(
            out.resolve(drill.name() + ".postgresql.log"), Files.readString(database));
      }
    }
  }

  private synchronized void close() {
    if (lab != null) {
      try {
        lab.close();
      } catch (Exception e) {
        console.println("drill | the platform didn't stop cleanly: " + e);
      }
      lab = null;
    }
  }

  private Map<String, String> conditions() {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("begun", Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.put("orders due a second", Page.plain(rate));
    conditions.put("scale of time", Page.plain(scale));
    conditions.put(
        "machine",
        Runtime.getRuntime().availableProcessors()
            + " processors, Java "
            + Runtime.version().feature()
            + "; platform and clients share it");
    return conditions;
  }

  private static String json(List<Result> results, Map<String, String> conditions)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    conditions.forEach(root.putObject("conditions")::put);
    ArrayNode drills = root.putArray("drills");
    for (Result r : results) {
      ObjectNode drill = drills.addObject().put("drill", r.drill().name()).put("ran", r.ran());
      if (!r.ran()) {
        drill.put("not_at_hand", r.notAtHand());
        continue;
      }
      drill
          .put("passed", r.passed())
          .put("orders", r.sent().size())
          .put("acknowledged", Figures.count(r.sent(), Answer.Kind.ACKNOWLEDGED))
          .put("refused", Figures.count(r.sent(), Answer.Kind.REFUSED))
          .put("unanswered", Figures.count(r.sent(), Answer.Kind.UNANSWERED))
          .put("wrong", Figures.count(r.sent(), Answer.Kind.WRONG))
          .put("worst_ms", Figures.worst(r.sent()))
          .put("p50_ms", Figures.percentile(r.sent(), 50))
          .put("p99_ms", Figures.percentile(r.sent(), 99))
          .put("longest_without_acknowledgement_ms", Figures.longestGap(r.sent()));
      ArrayNode faults = drill.putArray("faults");
      r.windows()
          .forEach(
              w ->
                  faults
                      .addObject()
                      .put("fault", w.label())
                      .put("from_ms", w.begin())
                      .put("to_ms", w.end())
                      .put("first_success_after_ms", w.again()));
      ArrayNode slowest = drill.putArray("slowest");
      r.sent().stream()
          .sorted(Comparator.comparingDouble(Sent::latency).reversed())
          .limit(20)
          .forEach(
              s ->
                  slowest
                      .addObject()
                      .put("order", s.order().id())
                      .put("due_ms", s.due())
                      .put("latency_ms", s.latency())
                      .put("status", s.answer().status())
                      .put("code", s.answer().json().path("code").asInt()));
      ArrayNode checks = drill.putArray("checks");
      r.checks()
          .forEach(
              c ->
                  checks
                      .addObject()
                      .put("what", c.what())
                      .put("passed", c.passed())
                      .put("detail", c.detail()));
    }
    return mapper.writeValueAsString(root);
  }
}
