package io.tola.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tola.standalone.BrokerUsers;
import io.tola.standalone.DataFolder;
import io.tola.standalone.EmbeddedBroker;
import io.tola.standalone.EmbeddedDatabase;
import io.tola.standalone.LibertyNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The benchmark: starts a platform of its own on loopback, loads it, compares what was acknowledged
 * with the rows in the database, runs the reference on the same PostgreSQL, and writes a page with
 * the figures and their conditions.
 *
 * <p>Settings, as system properties: {@code tola.bench.seconds} (30) a run, {@code
 * tola.bench.warmup} (60) seconds, {@code tola.bench.connections} (16,64,200), {@code
 * tola.bench.report} (a file; otherwise only printed), {@code tola.bench.data} (a folder that is
 * emptied).
 */
public final class Bench {

  /** Held, because java.util.logging forgets the level of a logger nobody refers to. */
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRADERS = 50;

  private final int seconds = Integer.getInteger("tola.bench.seconds", 30);
  private final int warmup = Integer.getInteger("tola.bench.warmup", 60);
  private final Path project;
  private final Clock clock = Clock.systemUTC();
  private final List<String> page = new ArrayList<>();

  private Bench(Path project) {
    this.project = project;
  }

  /** Argument: the project's folder. */
  public static void main(String[] arguments) throws Exception {
    // The broker runs in this process and would tell of every message.
    ROOT_LOGGER.setLevel(Level.SEVERE);
    new Bench(Path.of(arguments[0])).run();
  }

  private void run() throws Exception {
    requireTools();
    Path data =
        Path.of(
            System.getProperty("tola.bench.data", project.resolve("bench/target/data").toString()));
    Path scripts = unpackScripts();
    int httpPort = Integer.getInteger("tola.bench.http.port", 19080);
    say("Starting a platform on http://127.0.0.1:%d, data in %s", httpPort, data);
    try (DataFolder folder = DataFolder.open(data)) {
      folder.wipe();
      try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, httpPort + 1)) {
        database.migrate();
        try (EmbeddedBroker broker =
            EmbeddedBroker.start(folder, httpPort + 2, BrokerUsers.of(database, "demo"))) {
          String password = folder.demoPassword(null);
          LibertyNode.Configuration configuration =
              new LibertyNode.Configuration(folder.directory("liberty"), httpPort)
                  .database(database)
                  .broker(broker)
                  .alone(httpPort + 3)
                  .environment("TOLA_PROFILE", "demo")
                  .environment("TOLA_DEMO_PASSWORD", password)
                  .environment("TOLA_DEMO_TRADERS", Integer.toString(TRADERS))
                  .environment("TOLA_JWT_KEY_FILE", folder.root().resolve("jwt-key.pem").toString())
                  .systemProperty("tola.gateway.requests-per-second", "1000000");
          System.getProperties()
              .forEach(
                  (name, value) -> {
                    if (name.toString().startsWith("tola.")
                        && !name.toString().startsWith("tola.bench.")) {
                      configuration.systemProperty(name.toString(), value.toString());
                    }
                  });
          try (LibertyNode node =
              LibertyNode.start(LibertyNode.Installation.ofCheckout(project), configuration)) {
            node.awaitReady(Duration.ofMinutes(3));
            measure(database, node, URI.create(node.url()), password, scripts);
          }
        }
      }
    }
    String report = System.getProperty("tola.bench.report");
    if (report != null) {
      Files.writeString(Path.of(report), String.join("\n", page) + "\n");
      say("Written to %s", report);
    }
  }

  private void measure(
      EmbeddedDatabase database, LibertyNode node, URI url, String password, Path scripts)
      throws Exception {
    List<String> tokens = tokens(url, password);
    Path tokenFile = scripts.resolve("tokens");
    Files.write(tokenFile, tokens);
    Wrk wrk = new Wrk(url, scripts);
    long pid = serverPid(node);

    say("Warming up for %d s …", warmup);
    String run = Long.toString(clock.millis(), 36);
    if (warmup > 0) {
      wrk.run("orders.lua", 64, warmup * 2 / 3 + 1, tokenFile.toString(), "w" + run);
      wrk.run("quotes.lua", 16, warmup / 3 + 1, tokenFile.toString());
      // What a database has after its first hour: log files to use again, instead of new ones to
      // fill with zeros first.
      checkpoint(database);
    }

    conditions(database);
    line("## Durable orders over REST");
    line("");
    line(
        "One market order a request, %d traders, eight symbols, bought and sold in turn; `wrk`, closed model, %d s each.",
        TRADERS, seconds);
    line("");
    line(
        "| connections | orders/s | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx | acknowledged | rows added | rejected | µs of processor an order: server / database / all |");
    line("|---|---|---|---|---|---|---|---|---|---|---|");
    Load at64 = null;
    int series = 0;
    for (String connections :
        System.getProperty("tola.bench.connections", "16,64,200").split(",")) {
      Rows before = rows(database);
      ProcessorTime cpuBefore = ProcessorTime.now(pid);
      Load load =
          wrk.run(
              "orders.lua",
              Integer.parseInt(connections.trim()),
              seconds,
              tokenFile.toString(),
              // Of its own, or the orders of an earlier run would be answered as repeated.
              "c" + ++series + "-" + run);
      ProcessorTime cpu = ProcessorTime.now(pid).minus(cpuBefore);
      awaitQuiet(database);
      Rows added = rows(database).minus(before);
      long acknowledged = load.requests() - load.notSuccessful();
      line(
          "| %d | %.0f | %s | %d | %d | %d | %d | %.0f / %.0f / %.0f |",
          load.connections(),
          load.perSecond(),
          percentiles(load),
          load.notSuccessful() + load.failed(),
          acknowledged,
          added.orders(),
          added.rejected(),
          cpu.server() * 1e6 / acknowledged,
          cpu.database() * 1e6 / acknowledged,
          cpu.busy() * 1e6 / acknowledged);
      verdict(load, acknowledged, added);
      if (load.connections() == 64) {
        at64 = load;
      }
    }
    line("");
    line(
        "Rows added may exceed what was acknowledged by at most the number of connections: `wrk` stops with those orders under way.");
    line("");

    OpenModel open = new OpenModel(url, tokens);
    if (warmup > 0) {
      // The load's own code has to be warm as well: cold, its first second is a tenth of a second
      // late.
      open.run(500, Math.min(10, warmup), "ow" + run);
    }
    Rows before = rows(database);
    Load paced = open.run(500, seconds, "o" + run);
    awaitQuiet(database);
    Rows added = rows(database).minus(before);
    line("## The same at 500 orders/s, open model");
    line("");
    line("Latency counts from the moment an order was due (no coordinated omission).");
    line("");
    line("| orders | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx | rows added |");
    line("|---|---|---|---|---|---|---|");
    line(
        "| %d | %s | %d | %d |",
        paced.requests(),
        percentiles(paced),
        paced.notSuccessful() + paced.failed(),
        added.orders());
    line("");

    line("## Quotes by symbol, token checked");
    line("");
    line("| connections | quotes/s | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx |");
    line("|---|---|---|---|---|---|---|");
    for (int connections : new int[] {16, 64}) {
      Load quotes = wrk.run("quotes.lua", connections, seconds, tokenFile.toString());
      line(
          "| %d | %.0f | %s | %d |",
          connections,
          quotes.perSecond(),
          percentiles(quotes),
          quotes.notSuccessful() + quotes.failed());
    }
    line("");

    node.stop();
    line("## The reference in the same run");
    line("");
    line(
        "`pgbench` on the same PostgreSQL with the same settings after the server was stopped: one insert of one order-like row a commit, prepared, %d s. One of Tola's orders writes an order, two execution reports, a lot or its use, a position, the account, an audit entry and a message.",
        seconds);
    line("");
    line(
        "| clients | inserts committed/s | average ms | ratio of Tola's orders/s at 64 connections |");
    line("|---|---|---|---|");
    Pgbench pgbench =
        new Pgbench(
            database.port(),
            EmbeddedDatabase.OWNER,
            database.ownerPassword(),
            EmbeddedDatabase.NAME,
            scripts);
    pgbench.prepare();
    for (int clients : new int[] {16, 64}) {
      Pgbench.Result reference = pgbench.run(clients, seconds);
      line(
          "| %d | %.0f | %.2f | %s |",
          clients,
          reference.perSecond(),
          reference.averageMillis(),
          at64 == null ? "–" : "%.2f".formatted(at64.perSecond() / reference.perSecond()));
    }
  }

  private void verdict(Load load, long acknowledged, Rows added) {
    long difference = added.orders() - acknowledged;
    if (difference < 0 || difference > load.connections() + load.failed()) {
      say("ATTENTION: %d acknowledged, %d rows: they don't agree", acknowledged, added.orders());
    }
    if (added.audit() < added.orders()) {
      say("ATTENTION: %d orders, %d audit entries", added.orders(), added.audit());
    }
  }

  private void conditions(EmbeddedDatabase database) throws SQLException, IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(l -> l.startsWith("model name"))
            .map(l -> l.substring(l.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown processor");
    line("# Measured");
    line("");
    line("Written by `mvn -Pbench`; run it yourself.");
    line("");
    line(
        "Conditions: %s; %d × %s, server, database and load on the same machine; Java %s; PostgreSQL %s with fsync %s, synchronous_commit %s, full_page_writes %s; warm-up %d s; nothing else running.",
        Instant.now(clock).toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        processor,
        Runtime.version(),
        one(database, "SHOW server_version"),
        one(database, "SHOW fsync"),
        one(database, "SHOW synchronous_commit"),
        one(database, "SHOW full_page_writes"),
        warmup);
    line("");
  }

  /** How many rows there are that orders leave behind. */
  private record Rows(long orders, long rejected, long audit) {

    Rows minus(Rows earlier) {
      return new Rows(orders - earlier.orders, rejected - earlier.rejected, audit - earlier.audit);
    }
  }

  private static Rows rows(EmbeddedDatabase database) throws SQLException {
    return new Rows(
        Long.parseLong(one(database, "SELECT count(*) FROM trading.orders")),
        Long.parseLong(
            one(database, "SELECT count(*) FROM trading.orders WHERE status = 'REJECTED'")),
        Long.parseLong(one(database, "SELECT count(*) FROM audit.audit_log")));
  }

  /** Waits until the orders that were under way when the load stopped have been committed. */
  private static void awaitQuiet(EmbeddedDatabase database)
      throws SQLException, InterruptedException {
    String last = "";
    for (int i = 0; i < 20; i++) {
      Thread.sleep(500);
      String now = one(database, "SELECT count(*) FROM trading.orders");
      if (now.equals(last)) {
        return;
      }
      last = now;
    }
  }

  private static void checkpoint(EmbeddedDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  private static String one(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private List<String> tokens(URI url, String password) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    List<String> tokens = new ArrayList<>();
    for (int i = 1; i <= TRADERS; i++) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(url.resolve("/api/v1/auth/token"))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          JSON.createObjectNode()
                              .put("username", "trader" + i)
                              .put("password", password)
                              .toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() == 429) {
        Thread.sleep(1000);
        i--;
        continue;
      }
      if (response.statusCode() != 200) {
        throw new IOException("no token for trader" + i + ": " + response.body());
      }
      tokens.add(answer.get("access_token").asText());
    }
    return tokens;
  }

  private static long serverPid(LibertyNode node) throws IOException {
    long root = node.process().pid().orElseThrow(() -> new IOException("the server is gone"));
    return ProcessHandle.of(root)
        .map(
            handle ->
                handle
                    .descendants()
                    .filter(p -> p.info().command().orElse("").endsWith("java"))
                    .findFirst()
                    .map(ProcessHandle::pid)
                    .orElse(root))
        .orElse(root);
  }

  private Path unpackScripts() throws IOException {
    Path folder = Files.createDirectories(project.resolve("bench/target/scripts"));
    for (String name :
        List.of("orders.lua", "quotes.lua", "pgbench-schema.sql", "pgbench-order.sql")) {
      try (InputStream in = Bench.class.getResourceAsStream(name)) {
        Files.write(folder.resolve(name), in.readAllBytes());
      }
    }
    return folder;
  }

  private static void requireTools() throws InterruptedException {
    for (String tool : List.of("wrk", "pgbench", "psql")) {
      try {
        Tool.run(List.of("sh", "-c", "command -v " + tool), 5);
      } catch (IOException e) {
        say("%s is not installed; on Debian: bench/setup.sh", tool);
        System.exit(1);
      }
    }
  }

  private static String percentiles(Load load) {
    return "%.1f | %.1f | %.1f | %.1f"
        .formatted(load.p50() / 1e3, load.p90() / 1e3, load.p99() / 1e3, load.p999() / 1e3);
  }

  private void line(String format, Object... arguments) {
    String text = arguments.length == 0 ? format : format.formatted(arguments);
    page.add(text);
    System.out.println(text);
  }

  private static void say(String format, Object... arguments) {
    System.out.println("bench | " + format.formatted(arguments));
  }
}
