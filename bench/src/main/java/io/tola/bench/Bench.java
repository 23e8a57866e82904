package io.tola.bench;

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
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The benchmark: starts a platform of its own on loopback, loads it, compares what was acknowledged
 * with the rows in the database, runs the reference on the same PostgreSQL, and writes a page with
 * the figures and their conditions.
 *
 * <p>Settings, as system properties: {@code tola.bench.parts} (orders,quotes,ticks,bulk), {@code
 * tola.bench.seconds} (30) a run, {@code tola.bench.warmup} (60) seconds at least, {@code
 * tola.bench.connections} (16,64,200), {@code tola.bench.bulk.connections} (8), {@code
 * tola.bench.bulk.sizes} (100,250,500), {@code tola.bench.ticks} (3000000) in a bulk load, {@code
 * tola.bench.report} (a file; otherwise only printed), {@code tola.bench.data} (a folder that is
 * emptied).
 */
public final class Bench {

  /** Held, because java.util.logging forgets the level of a logger nobody refers to. */
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRADERS = 50;
  private static final int BULK_CONNECTIONS = Integer.getInteger("tola.bench.bulk.connections", 8);

  private final int seconds = Integer.getInteger("tola.bench.seconds", 30);
  private final int warmup = Integer.getInteger("tola.bench.warmup", 60);
  private final Set<Part> parts = Part.chosen();
  private final Path project;
  private final Clock clock = Clock.systemUTC();
  private final List<String> page = new ArrayList<>();

  /** What can be measured alone. */
  private enum Part {
    ORDERS,
    QUOTES,
    TICKS,
    BULK;

    static Set<Part> chosen() {
      Set<Part> chosen = EnumSet.noneOf(Part.class);
      for (String name : System.getProperty("tola.bench.parts", "").split(",")) {
        if (!name.isBlank()) {
          chosen.add(valueOf(name.trim().toUpperCase(Locale.ROOT)));
        }
      }
      return chosen.isEmpty() ? EnumSet.allOf(Part.class) : chosen;
    }
  }

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
    Platform platform = platform(database, node, url, password, scripts);
    Warmup warm = new Warmup(platform.serverPid);
    conditions(database);
    Load at64 = null;
    if (parts.contains(Part.ORDERS)) {
      warmOrders(platform, warm);
      at64 = orders(platform);
      settle(database);
      paced(platform);
    }
    if (parts.contains(Part.QUOTES)) {
      settle(database);
      warm.run(
          "quotes",
          warmup / 3,
          seconds -> served(platform.wrk.run("quotes.lua", 16, seconds, platform.tokenFile)));
      quotes(platform);
      quotesOfMany(platform);
    }
    if (parts.contains(Part.BULK)) {
      warmBatches(platform, warm);
      bulk(platform);
    }
    if (parts.contains(Part.TICKS)) {
      settle(database);
      ticks(platform, token(url, "feed", password));
    }
    node.stop();
    if (at64 != null) {
      reference(database, scripts, at64);
    }
  }

  /** What is measured and with what. */
  private record Platform(
      EmbeddedDatabase database,
      URI url,
      long serverPid,
      Path scripts,
      List<String> tokens,
      String tokenFile,
      Wrk wrk,
      String run) {}

  private Platform platform(
      EmbeddedDatabase database, LibertyNode node, URI url, String password, Path scripts)
      throws IOException, InterruptedException {
    List<String> tokens = new ArrayList<>();
    for (int i = 1; i <= TRADERS; i++) {
      tokens.add(token(url, "trader" + i, password));
    }
    Path tokenFile = scripts.resolve("tokens");
    Files.write(tokenFile, tokens);
    return new Platform(
        database,
        url,
        serverPid(node),
        scripts,
        tokens,
        tokenFile.toString(),
        new Wrk(url, scripts),
        Long.toString(clock.millis(), 36));
  }

  private void warmOrders(Platform platform, Warmup warm) throws Exception {
    int[] piece = {0};
    warm.run(
        "orders",
        warmup,
        seconds ->
            served(
                platform.wrk.run(
                    "orders.lua",
                    64,
                    seconds,
                    platform.tokenFile,
                    "w" + ++piece[0] + "-" + platform.run)));
    settle(platform.database);
  }

  private void warmBatches(Platform platform, Warmup warm) throws Exception {
    int[] piece = {0};
    warm.run(
        "orders in batches",
        parts.contains(Part.ORDERS) ? warmup / 3 : warmup,
        seconds -> {
          String run = "v" + ++piece[0] + "-" + platform.run;
          int connections = BULK_CONNECTIONS;
          return platform
              .wrk
              .run("batch.lua", connections, seconds, platform.tokenFile, run, "250")
              .orders();
        });
    settle(platform.database);
  }

  /**
   * Leaves nothing of one load for the next: messages still to be published, and pages still to be
   * written. It also gives a new database what it has after its first hour, log files to use again.
   */
  private static void settle(EmbeddedDatabase database)
      throws IOException, SQLException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (one(database, "SELECT EXISTS (SELECT FROM trading.outbox)").equals("t")) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the messages of a load aren't published after five minutes");
      }
      Thread.sleep(100);
    }
    checkpoint(database);
  }

  private static long served(Load load) {
    return load.requests() - load.notSuccessful();
  }

  /** Returns the run at 64 connections, or null when there was none. */
  private Load orders(Platform platform) throws Exception {
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
      Rows before = rows(platform.database);
      ProcessorTime cpuBefore = ProcessorTime.now(platform.serverPid);
      Load load =
          platform.wrk.run(
              "orders.lua",
              Integer.parseInt(connections.trim()),
              seconds,
              platform.tokenFile,
              // Of its own, or the orders of an earlier run would be answered as repeated.
              "c" + ++series + "-" + platform.run);
      ProcessorTime cpu = ProcessorTime.now(platform.serverPid).minus(cpuBefore);
      awaitQuiet(platform.database);
      Rows added = rows(platform.database).minus(before);
      long acknowledged = served(load);
      line(
          "| %d | %.0f | %s | %d | %d | %d | %d | %s |",
          load.connections(),
          load.perSecond(),
          percentiles(load),
          load.notSuccessful() + load.failed(),
          acknowledged,
          added.orders(),
          added.rejected(),
          cpu.ofEach(acknowledged));
      verdict(acknowledged, load.connections() + load.failed(), added);
      if (load.connections() == 64) {
        at64 = load;
      }
    }
    line("");
    line(
        "Rows added may exceed what was acknowledged by at most the number of connections: `wrk` stops with those orders under way.");
    line("");
    return at64;
  }

  private void paced(Platform platform) throws Exception {
    OpenModel open = new OpenModel(platform.url, platform.tokens);
    if (warmup > 0) {
      // The load's own code has to be warm as well: cold, its first second is a tenth of a second
      // late.
      open.run(500, Math.min(30, warmup), "ow" + platform.run);
    }
    Rows before = rows(platform.database);
    Load paced = open.run(500, seconds, "o" + platform.run);
    awaitQuiet(platform.database);
    Rows added = rows(platform.database).minus(before);
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
  }

  private void quotes(Platform platform) throws Exception {
    line("## Quotes by symbol, token checked");
    line("");
    line("| connections | quotes/s | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx |");
    line("|---|---|---|---|---|---|---|");
    for (int connections : new int[] {16, 64}) {
      Load quotes = platform.wrk.run("quotes.lua", connections, seconds, platform.tokenFile);
      line(
          "| %d | %.0f | %s | %d |",
          connections,
          quotes.perSecond(),
          percentiles(quotes),
          quotes.notSuccessful() + quotes.failed());
    }
    line("");
  }

  private void quotesOfMany(Platform platform) throws Exception {
    List<String> symbols = symbols(platform.database);
    String joined = String.join(",", symbols);
    ServerTimes times = new ServerTimes(platform.url, "POST", "/market/quotes");
    if (warmup > 0) {
      platform.wrk.run("quotes-of-many.lua", 16, Math.min(10, warmup), platform.tokenFile, joined);
    }
    line("## Quotes of %d symbols in one request", symbols.size());
    line("");
    line(
        "`POST /market/quotes`. At the server: the mean of `tola_http_request_seconds`, from the request at the door, token and rights checked, to the answer, not yet written as JSON. The others are what the client waits, reading and writing JSON and the way included: with one connection nothing is queued.");
    line("");
    line(
        "| connections | requests/s | at the server, mean ms | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx |");
    line("|---|---|---|---|---|---|---|---|");
    for (int connections : new int[] {1, 16}) {
      ServerTimes.Total before = times.now();
      Load load =
          platform.wrk.run("quotes-of-many.lua", connections, seconds, platform.tokenFile, joined);
      line(
          "| %d | %.0f | %.3f | %.2f | %.2f | %.2f | %.2f | %d |",
          connections,
          load.perSecond(),
          times.now().meanMillisSince(before),
          load.p50() / 1e3,
          load.p90() / 1e3,
          load.p99() / 1e3,
          load.p999() / 1e3,
          load.notSuccessful() + load.failed());
    }
    line("");
  }

  private void bulk(Platform platform) throws Exception {
    line("## Durable orders in batches");
    line("");
    line(
        "`POST /orders/batch`, %d connections, each batch the market orders of one of %d traders, eight symbols, bought and sold in turn; `wrk`, closed model, %d s each. Acknowledged is the sum of `placed` in the answers.",
        BULK_CONNECTIONS, TRADERS, seconds);
    line("");
    line(
        "| orders a batch | orders/s | p50 ms | p90 ms | p99 ms | p99.9 ms | not 2xx | acknowledged | not placed | rows added | rejected | µs of processor an order: server / database / all |");
    line("|---|---|---|---|---|---|---|---|---|---|---|---|");
    int series = 0;
    double best = 0;
    String bestSize = "";
    for (String size : System.getProperty("tola.bench.bulk.sizes", "100,250,500").split(",")) {
      settle(platform.database);
      Rows before = rows(platform.database);
      ProcessorTime cpuBefore = ProcessorTime.now(platform.serverPid);
      Load load =
          platform.wrk.run(
              "batch.lua",
              BULK_CONNECTIONS,
              seconds,
              platform.tokenFile,
              "b" + ++series + "-" + platform.run,
              size.trim());
      ProcessorTime cpu = ProcessorTime.now(platform.serverPid).minus(cpuBefore);
      awaitQuiet(platform.database);
      Rows added = rows(platform.database).minus(before);
      double rate = load.orders() * 1e6 / load.micros();
      line(
          "| %s | %.0f | %s | %d | %d | %d | %d | %d | %s |",
          size.trim(),
          rate,
          percentiles(load),
          load.notSuccessful() + load.failed(),
          load.orders(),
          load.ordersNotPlaced(),
          added.orders(),
          added.rejected(),
          cpu.ofEach(load.orders()));
      verdict(
          load.orders(),
          (load.connections() + load.failed()) * Long.parseLong(size.trim())
              + load.ordersNotPlaced(),
          added);
      if (rate > best) {
        best = rate;
        bestSize = size.trim();
      }
    }
    line("");
    line(
        "Best: %.0f orders/s with %s a batch. Rows added may exceed what was acknowledged by at most a batch a connection.",
        best, bestSize);
    line("");
  }

  private void ticks(Platform platform, String feedToken) throws Exception {
    List<String> symbols = symbols(platform.database);
    TickLoads loads =
        new TickLoads(platform.url, feedToken, symbols, platform.database, platform.scripts, clock);
    int count = Integer.getInteger("tola.bench.ticks", 3_000_000);
    if (warmup > 0) {
      say("Warming up, ticks …");
      loads.bulk(Math.min(count, 1_000_000), 1);
      checkpoint(platform.database);
    }
    line("## Ticks in bulk");
    line("");
    line(
        "`POST /market/ticks`, NDJSON, gzip, the ticks of a session over %d symbols, one body a connection, symbols of its own each; from the first byte sent to the last body acknowledged, each piece of 20,000 ticks stored with its bars in one commit.",
        symbols.size());
    line("");
    line(
        "| connections | ticks/s | seconds | ticks sent | packed MB | accepted | rows added | in minutes | agrees |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (int connections : new int[] {1, 2}) {
      TickLoads.Bulk bulk = loads.bulk(count, connections);
      line(
          "| %d | %.0f | %.1f | %d | %.1f | %d | %d | %d | %s |",
          connections,
          bulk.perSecond(),
          bulk.seconds(),
          bulk.sent(),
          bulk.bytes() / 1e6,
          bulk.accepted(),
          bulk.rows(),
          bulk.inMinutes(),
          bulk.agrees() ? "yes" : "**no**");
    }
    line("");
    checkpoint(platform.database);

    int rate = 10_000;
    if (warmup > 0) {
      loads.live(rate, Math.min(10, warmup));
    }
    ProcessorTime before = ProcessorTime.now(platform.serverPid);
    TickLoads.Live live = loads.live(rate, seconds);
    ProcessorTime cpu = ProcessorTime.now(platform.serverPid).minus(before);
    line("## Ticks live, %d a second", rate);
    line("");
    line(
        "Ten bodies a second at a fixed rate for %d s (open model), ticks of now, plain NDJSON; the one-minute bars are compared with the load's own count. Time from when a body was due to its answer, when its ticks and bars are durable; late is more than %d ms.",
        seconds, TickLoads.LATE_MILLIS);
    line("");
    line(
        "| ticks sent | acknowledged | lost or refused | late | p50 ms | p99 ms | longest ms | rows added | bars compared | differing | processors busy | ok |");
    line("|---|---|---|---|---|---|---|---|---|---|---|---|");
    line(
        "| %d | %d | %d | %d | %.1f | %.1f | %.1f | %d | %d | %d | %.2f | %s |",
        live.sent(),
        live.acknowledged(),
        live.lost(),
        live.late(),
        live.p50() / 1e3,
        live.p99() / 1e3,
        live.max() / 1e3,
        live.rows(),
        live.minutes(),
        live.differing(),
        cpu.busy() / seconds,
        live.isOk() ? "yes" : "**no**");
    line("");
  }

  private void reference(EmbeddedDatabase database, Path scripts, Load at64) throws Exception {
    line("## The reference in the same run");
    line("");
    line(
        "`pgbench` on the same PostgreSQL with the same settings after the server was stopped, prepared, %d s each. One row: an insert of one order-like row a commit. All rows: what one of Tola's filled orders writes (the order, two reports, a lot, the position, the account, an audit entry, a message) a commit, sent as one pipeline, without the checks, most indexes, and the reads.",
        seconds);
    line("");
    line(
        "| clients | one row a commit: commits/s | average ms | all rows of an order a commit: commits/s | average ms | Tola's orders/s at 64 connections for each of these |");
    line("|---|---|---|---|---|---|");
    Pgbench pgbench =
        new Pgbench(
            database.port(),
            EmbeddedDatabase.OWNER,
            database.ownerPassword(),
            EmbeddedDatabase.NAME,
            scripts);
    pgbench.prepare();
    for (int clients : new int[] {16, 64}) {
      Pgbench.Result row = pgbench.rows(clients, seconds);
      Pgbench.Result whole = pgbench.wholeOrders(clients, seconds);
      line(
          "| %d | %.0f | %.2f | %.0f | %.2f | %.2f |",
          clients,
          row.perSecond(),
          row.averageMillis(),
          whole.perSecond(),
          whole.averageMillis(),
          at64.perSecond() / whole.perSecond());
    }
  }

  /**
   * @param underWay orders that may be there without having been acknowledged
   */
  private static void verdict(long acknowledged, long underWay, Rows added) {
    long difference = added.orders() - acknowledged;
    if (difference < 0 || difference > underWay) {
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
        "Conditions: %s; %d × %s, server, database and load on the same machine; Java %s; PostgreSQL %s with fsync %s, synchronous_commit %s, full_page_writes %s; each load after a warm-up of its own, the messages of the load before all published and a checkpoint made; nothing else running.",
        Instant.now(clock).toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        processor,
        Runtime.version(),
        one(database, "SHOW server_version"),
        one(database, "SHOW fsync"),
        one(database, "SHOW synchronous_commit"),
        one(database, "SHOW full_page_writes"));
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

  private static String token(URI url, String user, String password)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    while (true) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(url.resolve("/api/v1/auth/token"))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          JSON.createObjectNode()
                              .put("username", user)
                              .put("password", password)
                              .toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return JSON.readTree(response.body()).get("access_token").asText();
      }
      if (response.statusCode() != 429) {
        throw new IOException("no token for " + user + ": " + response.body());
      }
      Thread.sleep(1000);
    }
  }

  private static List<String> symbols(EmbeddedDatabase database) throws SQLException {
    String joined =
        one(
            database,
            "SELECT string_agg(symbol, ',') FROM (SELECT symbol FROM market.instruments"
                + " ORDER BY symbol LIMIT 50) AS first");
    return List.of(joined.split(","));
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
        List.of(
            "orders.lua",
            "quotes.lua",
            "quotes-of-many.lua",
            "batch.lua",
            "pgbench-schema.sql",
            "pgbench-order.sql",
            "pgbench-whole-order.sql")) {
      try (InputStream in = Bench.class.getResourceAsStream(name)) {
        Files.write(folder.resolve(name), in.readAllBytes());
      }
    }
    return folder;
  }

  private void requireTools() throws InterruptedException {
    for (String tool :
        parts.contains(Part.ORDERS) ? List.of("wrk", "pgbench", "psql") : List.of("wrk")) {
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
