package io.tola.drills;

import static io.tola.drills.Answer.Kind.ACKNOWLEDGED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** All drills, in the order in which {@code all} runs them: those that share a platform side by side. */
final class Drills {

  /** The advisory lock of whoever drives the feed: "tola" and "feed" in ASCII. */
  private static final long FEED_LOCK = 0x746F6C61_66656564L;

  private static final int STALE_QUOTE = 2051;
  private static final int PRICE_BAND = 2053;
  private static final int REDUCE_ONLY = 2003;
  private static final int STALE_AFTER_MILLIS = 3_000;

  private static final Tape CRASHES =
      new Tape(80, List.of(new Tape.Crash(20, 5), new Tape.Crash(30, 10), new Tape.Crash(50, 20)));

  private Drills() {}

  static List<Drill> all() {
    Shape plain = Shape.plain();
    return List.of(
        new Drill(
            "cpu",
            "every processor is kept busy by others, four times over",
            plain,
            false,
            Drills::cpu),
        new Drill(
            "database",
            "PostgreSQL is stopped, killed, and frozen",
            plain,
            false,
            Drills::database),
        new Drill("broker", "the message broker is stopped", plain, false, Drills::broker),
        new Drill(
            "feed",
            "nobody drives the market feed: quotes go stale",
            plain.properties(
                Map.of("tola.risk.max-quote-age-ms", Integer.toString(STALE_AFTER_MILLIS))),
            false,
            Drills::feed),
        new Drill(
            "slow",
            "every byte to and from the database takes 15 ms longer",
            plain.slow(),
            false,
            Drills::slow),
        new Drill(
            "pool",
            "six connections, and all are held by requests that wait for a lock",
            plain.environment(Map.of("TOLA_DB_POOL_MAX", "6", "TOLA_DB_POOL_MIN", "2")),
            false,
            Drills::pool),
        new Drill(
            "disk",
            "the database's disk is full to the last byte",
            plain.spare(96),
            false,
            Drills::disk),
        new Drill(
            "memory",
            "500 users on a heap of 256 MB",
            plain.options("-Xms128m", "-Xmx256m"),
            false,
            Drills::memory),
        new Drill(
            "hazelcast",
            "one of two members of the cache's cluster, the one that drives the feed, is killed and started again",
            Shape.pair().options("-Xms256m", "-Xmx768m"),
            true,
            Drills::hazelcast),
        new Drill(
            "crash",
            "the market falls by 20, 30 and 50 % within 5 s, on 5, 10 and 20 times the volume",
            plain.tape(CRASHES).properties(Map.of("tola.guards.market-move-action", "reduce-only")),
            false,
            Drills::crash));
  }

  private static void cpu(Stage stage) throws Exception {
    List<Process> burners = new ArrayList<>();
    int many = 4 * Runtime.getRuntime().availableProcessors();
    stage.flow(10);
    Stage.Window window =
        stage.fault(
            "processors saturated",
            () -> {
              for (int i = 0; i < many; i++) {
                // Ends by itself should this JVM be killed.
                burners.add(
                    new ProcessBuilder(
                            "timeout", "-s", "KILL", "120", "sh", "-c", "while :; do :; done")
                        .start());
              }
            },
            () -> stage.flow(20),
            () -> {
              for (Process burner : burners) {
                burner.descendants().forEach(ProcessHandle::destroyForcibly);
                burner.destroyForcibly();
              }
            });
    stage.flow(10);
    someGoOn(stage, window, 0.5);
  }

  private static void database(Stage stage) throws Exception {
    Lab lab = stage.lab();
    stage.flow(8);
    stage.fault(
        "stopped", () -> lab.database().stop(), () -> stage.flow(6), () -> lab.database().start());
    stage.flow(6);
    stage.fault(
        "killed",
        () -> lab.database().process().kill(),
        () -> stage.flow(6),
        () -> lab.database().start());
    stage.flow(6);
    AtomicLong pid = new AtomicLong();
    stage.fault(
        "frozen",
        () -> {
          pid.set(lab.postgresPid());
          Shell.signal("STOP", pid.get());
        },
        () -> stage.flow(6),
        () -> Shell.signal("CONT", pid.get()));
    stage.flow(8);
  }

  private static void broker(Stage stage) throws Exception {
    Lab lab = stage.lab();
    AtomicLong waiting = new AtomicLong();
    stage.flow(8);
    Stage.Window window =
        stage.fault(
            "broker stopped",
            () -> lab.broker().stop(),
            () -> {
              stage.flow(12);
              try (Connection connection = lab.database().connect()) {
                waiting.set(Books.number(connection, "SELECT count(*) FROM outbox"));
              }
            },
            () -> lab.broker().start());
    stage.flow(8);
    someGoOn(stage, window, 0.99);
    stage.check(
        "reports waited in the outbox meanwhile", waiting.get() > 0, waiting.get() + " bundles");
  }

  private static void feed(Stage stage) throws Exception {
    Lab lab = stage.lab();
    Door door = lab.door();
    stage.flow(8);
    String resting =
        stage.stream().ended().stream()
            .filter(s -> s.kind() == ACKNOWLEDGED && s.answer().placed().status().equals("NEW"))
            .map(s -> s.order().user() + " " + s.answer().placed().orderId())
            .findFirst()
            .orElse("");
    Stage.Window window;
    try (Connection thief = lab.database().connect()) {
      window =
          stage.fault(
              "no feed",
              () -> takeFeedLock(lab, thief),
              () -> {
                stage.flow(14);
                String[] order = resting.split(" ");
                Answer canceled =
                    order.length == 2
                        ? door.ask(order[0], "DELETE", "/api/v1/orders/" + order[1], null)
                        : Answer.none(null);
                stage.check(
                    "a resting order can be canceled meanwhile",
                    canceled.status() == 200
                        && canceled.json().path("status").asText().equals("CANCELED"),
                    canceled.status()
                        + " "
                        + canceled.json().path("status").asText("no order rested"));
              },
              () -> {
                try (Statement give = thief.createStatement()) {
                  give.execute("SELECT pg_advisory_unlock(" + FEED_LOCK + ")");
                }
              });
    }
    stage.flow(10);
    double stale = window.begin() + STALE_AFTER_MILLIS + 1_500;
    List<Sent> market =
        stage.between(stale, window.end(), s -> s.order().isMarket() && s.kind() == ACKNOWLEDGED);
    long refused =
        market.stream().filter(s -> s.answer().placed().rejectCode() == STALE_QUOTE).count();
    stage.check(
        "market orders are refused with 2051 once quotes are "
            + STALE_AFTER_MILLIS / 1000
            + " s old",
        !market.isEmpty() && refused == market.size(),
        refused + " of " + market.size());
    List<Sent> limits =
        stage.between(stale, window.end(), s -> !s.order().isMarket() && s.kind() == ACKNOWLEDGED);
    long resters = limits.stream().filter(s -> s.answer().placed().status().equals("NEW")).count();
    stage.check(
        "limit orders rest meanwhile",
        !limits.isEmpty() && resters == limits.size(),
        resters + " of " + limits.size());
    List<Sent> after =
        stage.between(
            window.end() + 4_000,
            Double.MAX_VALUE,
            s -> s.order().isMarket() && s.kind() == ACKNOWLEDGED);
    long filled = after.stream().filter(s -> s.answer().placed().status().equals("FILLED")).count();
    stage.check(
        "market orders trade again when the feed is back",
        filled > 0
            && after.stream().noneMatch(s -> s.answer().placed().rejectCode() == STALE_QUOTE),
        filled + " of " + after.size());
  }

  /** Waits for the lock and ends the session that has it, so that it comes to us and to no server. */
  private static void takeFeedLock(Lab lab, Connection thief) throws Exception {
    AtomicBoolean got = new AtomicBoolean();
    Thread waiting =
        new Thread(
            () -> {
              try (Statement take = thief.createStatement()) {
                take.execute("SELECT pg_advisory_lock(" + FEED_LOCK + ")");
                got.set(true);
              } catch (java.sql.SQLException e) {
                got.set(false);
              }
            },
            "feed-thief");
    waiting.start();
    Thread.sleep(300);
    try (Connection connection = lab.database().connect();
        Statement end = connection.createStatement()) {
      end.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = "
              + (FEED_LOCK >>> 32)
              + " AND objid::bigint = "
              + (FEED_LOCK & 0xFFFF_FFFFL));
    }
    waiting.join(10_000);
    if (!got.get()) {
      throw new IOException("the feed's lock didn't come free");
    }
  }

  private static void slow(Stage stage) throws Exception {
    DelayProxy proxy = stage.lab().proxy();
    stage.flow(10);
    Stage.Window window =
        stage.fault(
            "15 ms more each way",
            () -> proxy.delay(15),
            () -> stage.flow(20),
            () -> proxy.delay(0));
    stage.flow(10);
    someGoOn(stage, window, 0.5);
  }

  private static void pool(Stage stage) throws Exception {
    Lab lab = stage.lab();
    Door door = lab.door();
    Map<String, Integer> answers = new ConcurrentHashMap<>();
    List<String> unclear = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> readers = new ArrayList<>();
    AtomicLong inUse = new AtomicLong();
    for (int i = 0; i < 24; i++) {
      String trader = lab.traders().get(i % Lab.TRADERS);
      readers.add(
          new Thread(
              () -> {
                while (!stop.get()) {
                  Answer answer = door.get(trader, "/api/v1/reconciliation/logs?hours=24");
                  answers.merge(Integer.toString(answer.status()), 1, Integer::sum);
                  boolean clear =
                      answer.status() == 200
                          || answer.kind() == Answer.Kind.REFUSED
                          || answer.isProblem() && answer.status() != 500;
                  if (!clear) {
                    synchronized (unclear) {
                      unclear.add(answer.toString());
                    }
                  }
                  try {
                    Thread.sleep(20);
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              },
              "reader-" + i));
    }
    stage.flow(8);
    Stage.Window window;
    try (Connection locker = lab.database().connect();
        Statement lock = locker.createStatement()) {
      locker.setAutoCommit(false);
      window =
          stage.fault(
              "pool exhausted",
              () -> {
                lock.execute("LOCK TABLE portfolio.reconciliation_logs IN ACCESS EXCLUSIVE MODE");
                readers.forEach(Thread::start);
              },
              () -> {
                stage.flow(12);
                inUse.set(
                    (long)
                        (lab.metric(0, "connectionpool_managedConnections")
                            - lab.metric(0, "connectionpool_freeConnections")));
              },
              () -> {
                locker.rollback();
                stop.set(true);
              });
    }
    for (Thread reader : readers) {
      reader.join(15_000);
    }
    stage.flow(10);
    stage.check(
        "the pool was empty",
        answers.keySet().stream().anyMatch(s -> !s.equals("200")),
        "readers were answered " + answers + ", connections in use at the end " + inUse.get());
    stage.check(
        "readers were told clearly",
        unclear.isEmpty(),
        unclear.isEmpty() ? "all" : unclear.size() + ": " + unclear.get(0));
    List<Sent> during = stage.between(window.begin(), window.end(), s -> true);
    long taken = during.stream().filter(s -> s.kind() == ACKNOWLEDGED).count();
    stage.check(
        "orders were acknowledged or told to come back",
        during.stream().noneMatch(s -> s.kind() == Answer.Kind.WRONG),
        taken + " of " + during.size() + " acknowledged meanwhile");
  }

  private static void disk(Stage stage) throws Exception {
    Lab lab = stage.lab();
    stage.flow(8);
    Stage.Window window =
        stage.fault("disk full", () -> lab.disk().fill(), () -> stage.flow(8), () -> makeRoom(lab));
    long refused =
        stage.between(window.begin(), window.end(), s -> s.kind() == Answer.Kind.REFUSED).size();
    stage.check("the full disk was felt", refused > 0, refused + " orders refused meanwhile");
    stage.flow(6);
    AtomicBoolean ended = new AtomicBoolean();
    try (Connection connection = lab.database().connect();
        Statement statement = connection.createStatement()) {
      stage.fault(
          "disk full when the log needs another file",
          () -> {
            lab.disk().fill();
            try {
              for (int i = 0; i < 20; i++) {
                // What the server wrote last goes into a file of its own, until none can be made.
                statement.execute("SELECT pg_logical_emit_message(false, 'drill', 'x')");
                statement.execute("SELECT pg_switch_wal()");
              }
            } catch (java.sql.SQLException e) {
              ended.set(true);
            }
          },
          () -> stage.flow(8),
          () -> makeRoom(lab));
    }
    stage.flow(8);
    stage.check(
        "PostgreSQL couldn't make another file of its log",
        ended.get(),
        "the session that needed it ended");
  }

  /** What an operator does; a PostgreSQL that lived on needs nothing more. */
  private static void makeRoom(Lab lab) throws Exception {
    lab.disk().free();
    // One that has just found its disk full may be about to end.
    Thread.sleep(500);
    if (!lab.database().process().isAlive()) {
      lab.database().start();
    }
  }

  private static void memory(Stage stage) throws Exception {
    Lab lab = stage.lab();
    long pid = lab.server(0).process().pid().orElseThrow();
    Path out = lab.root().resolve("jmeter");
    stage.flow(5);
    List<Process> jmeter = new ArrayList<>();
    stage.fault(
        "500 users",
        () ->
            jmeter.add(
                new ProcessBuilder(
                        "mvn",
                        "-q",
                        "-pl",
                        "jmeter",
                        "-Pload",
                        "-Dscenario=stress",
                        "-Dscale=" + System.getProperty("drill.users.scale", "0.03"),
                        "-Dwarmup=5",
                        "-Dcooldown=0",
                        "-Ddashboard=false",
                        "-Dpassword.file=" + lab.passwordFile(),
                        "-Dtarget=" + lab.server(0).url(),
                        "-Dout=" + out)
                    .directory(lab.project().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(lab.root().resolve("jmeter.log").toFile())
                    .start()),
        () -> jmeter.get(0).waitFor(15, TimeUnit.MINUTES),
        () -> jmeter.forEach(Process::destroy));
    stage.flow(8);
    Path results = out.resolve("results.json");
    if (!Files.exists(results)) {
      stage.check("JMeter's 500 users ran", false, "no results; see " + lab.root() + "/jmeter.log");
      return;
    }
    JsonNode run = new ObjectMapper().readTree(results.toFile()).path("runs").path(0);
    stage.check(
        "JMeter's 500 users ran",
        run.path("users").asInt() == 500 && run.path("requests").asLong() > 1_000,
        "%d users, %d requests, %d errors, %.0f/s, p99 %.0f ms"
            .formatted(
                run.path("users").asInt(),
                run.path("requests").asLong(),
                run.path("errors").asLong(),
                run.path("requests_per_second").asDouble(),
                run.path("p99_ms").asDouble()));
    JsonNode orders = run.path("orders");
    stage.check(
        "not one of their acknowledged orders is missing or doubled",
        orders.path("acknowledged").asLong() > 0
            && orders.path("missing").asLong(-1) == 0
            && orders.path("doubled").asLong(-1) == 0
            && orders.path("different").asLong(-1) == 0,
        orders.toString());
    stage.check(
        "the server is the same process as before",
        lab.server(0).process().isAlive() && lab.server(0).process().pid().orElse(0L) == pid,
        "heap used now " + Math.round(lab.metric(0, "memory_usedHeap_bytes") / 1e6) + " MB of 256");
  }

  private static void hazelcast(Stage stage) throws Exception {
    Lab lab = stage.lab();
    stage.flow(10);
    int victim = lab.metric(0, "tola_feed_driver") == 1 ? 0 : 1;
    int other = 1 - victim;
    Door survivor = new Door(List.of(lab.server(other).url()), "");
    int met = pairs(lab.log(other));
    Stage.Window window =
        stage.fault(
            "member killed, and started again",
            () -> lab.server(victim).kill(),
            () -> {
              stage.flow(12);
              stage.check(
                  "the other drives the feed now",
                  lab.metric(other, "tola_feed_driver") == 1,
                  "tola_feed_driver " + lab.metric(other, "tola_feed_driver"));
              stage.check(
                  "and is ready",
                  survivor.get(null, "/health/ready").status() == 200,
                  "/health/ready " + survivor.get(null, "/health/ready").status());
            },
            () -> lab.startServer(victim));
    stage.flow(10);
    int metAgain = pairs(lab.log(other));
    stage.check(
        "the killed member is back in the cluster",
        metAgain > met,
        "the other met a second member " + met + " times before, " + metAgain + " now");
    double gap = Figures.longestGap(stage.between(0, Double.MAX_VALUE, s -> true));
    stage.check(
        "orders went on through the other within 5 s",
        gap < 5_000,
        "longest time without an acknowledgement %.0f ms".formatted(gap));
    someGoOn(stage, window, 0.8);
  }

  /** How often Hazelcast told of a cluster of two. */
  private static int pairs(String log) {
    return log.split("Members \\{size:2", -1).length - 1;
  }

  private static void crash(Stage stage) throws Exception {
    for (Tape.Crash crash : CRASHES.crashes()) {
      crash(stage, crash);
    }
  }

  private static void crash(Stage stage, Tape.Crash crash) throws Exception {
    Lab lab = stage.lab();
    Door door = lab.door();
    String name = "−" + crash.percent() + " %";
    // Well before the fall, or its first seconds would count as calm.
    Quote calm = quote(door);
    double calmAt = stage.stream().now();
    Thread.sleep(3_000);
    Quote calmLater = quote(door);
    double quiet = (calmLater.volume() - calm.volume()) / (stage.stream().now() - calmAt);
    double waited = Stage.await(120_000, () -> quote(door).change() <= -1);
    stage.check(name + ": the market fell", !Double.isNaN(waited), "as recorded");
    Quote before = quote(door);
    double beforeAt = stage.stream().now();
    double[] beyond = new double[1];
    Quote[] down = new Quote[1];
    double[] downAt = new double[1];
    Stage.Window window =
        stage.fault(
            name + ", volume × " + crash.volume(),
            () -> {
              Stage.await(15_000, () -> quote(door).change() <= -10);
              beyond[0] = stage.stream().now();
            },
            () -> {
              Stage.await(15_000, () -> quote(door).change() <= -crash.percent() + 1);
              Thread.sleep(3_000);
              down[0] = quote(door);
              downAt[0] = stage.stream().now();
              Order atTheBottom =
                  new Order(
                      "bottom-" + crash.percent() + "-" + System.nanoTime(),
                      false,
                      "trader1",
                      Quote.SYMBOL,
                      "SELL",
                      1,
                      down[0].last());
              Answer.Placed placed = door.placeSurely(atTheBottom, Duration.ofSeconds(10)).placed();
              stage.check(
                  name + ": a limit price beyond the band is refused with 2053",
                  placed != null && placed.rejectCode() == PRICE_BAND,
                  placed == null ? "no answer" : placed.status() + " " + placed.rejectCode());
              Stage.await(60_000, () -> quote(door).change() > -5);
            },
            () -> {});
    List<Sent> refusedBuys =
        stage.between(
            window.begin(),
            window.end(),
            s ->
                s.kind() == ACKNOWLEDGED
                    && s.answer().placed().rejectCode() == REDUCE_ONLY
                    && s.order().side().equals("BUY"));
    double reaction =
        refusedBuys.stream().mapToDouble(Sent::ended).min().orElse(Double.NaN) - beyond[0];
    stage.check(
        name + ": the market-wide guard lets orders only reduce within 5 s of −10 %",
        reaction <= 5_000,
        "first refusal %.0f ms after".formatted(reaction));
    List<Sent> buys =
        stage.between(
            beyond[0] + 5_000,
            window.end(),
            s ->
                s.kind() == ACKNOWLEDGED && s.order().isMarket() && s.order().side().equals("BUY"));
    stage.check(
        name + ": from then on no buy trades",
        !buys.isEmpty() && buys.stream().noneMatch(s -> s.answer().placed().filled() > 0),
        buys.size() + " market buys refused");
    List<Sent> sales =
        stage.between(
            beyond[0] + 2_000,
            window.end(),
            s ->
                s.kind() == ACKNOWLEDGED
                    && s.order().side().equals("SELL")
                    && s.answer().placed().filled() > 0);
    stage.check(
        name + ": and who holds shares can still sell them",
        !sales.isEmpty(),
        sales.size() + " sales traded");
    double busy = (down[0].volume() - before.volume()) / (downAt[0] - beforeAt);
    stage.check(
        name + ": volume rose with it",
        busy > quiet * crash.volume() / 2,
        "× %.1f".formatted(busy / quiet));
    // As the risk officer would: look that it is over, then let everybody trade again.
    double rearmed =
        Stage.await(
            10_000,
            () ->
                door.ask(
                            "risk",
                            "POST",
                            "/api/v1/guards/rearm",
                            "{\"guard\":\"market_move\",\"scope\":\"market\",\"reason\":\"the drill's crash is over\"}")
                        .status()
                    == 200);
    Answer resumed =
        door.ask(
            "risk",
            "POST",
            "/api/v1/risk/kill-switch",
            "{\"action\":\"resume\",\"reason\":\"the drill's crash is over\"}");
    double resumedAt = stage.stream().now();
    stage.flow(4);
    long filled =
        stage
            .between(
                resumedAt,
                Double.MAX_VALUE,
                s ->
                    s.kind() == ACKNOWLEDGED
                        && s.order().side().equals("BUY")
                        && s.answer().placed().filled() > 0)
            .size();
    stage.check(
        name + ": re-armed and resumed by the risk officer, buys trade again",
        !Double.isNaN(rearmed) && resumed.status() == 200 && filled > 0,
        "rearm after %.0f ms, kill switch %d, %d buys"
            .formatted(rearmed, resumed.status(), filled));
  }

  /** What the crash is seen by. */
  private record Quote(double change, BigDecimal last, long volume) {
    static final String SYMBOL = "RELIANCE";
  }

  private static Quote quote(Door door) throws IOException {
    JsonNode quote = door.get("viewer", "/api/v1/market/quote/" + Quote.SYMBOL).json();
    if (!quote.hasNonNull("last")) {
      throw new IOException("no quote of " + Quote.SYMBOL);
    }
    return new Quote(
        quote.path("change_pct").asDouble(),
        new BigDecimal(quote.get("last").asText()),
        quote.path("volume").asLong());
  }

  /** Enough orders were acknowledged while it lasted. */
  private static void someGoOn(Stage stage, Stage.Window window, double share) {
    List<Sent> during = stage.between(window.begin(), window.end(), s -> true);
    long taken = during.stream().filter(s -> s.kind() == ACKNOWLEDGED).count();
    stage.check(
        "at least %.0f %% of the orders are acknowledged during: %s"
            .formatted(share * 100, window.label()),
        !during.isEmpty() && taken >= share * during.size(),
        taken + " of " + during.size());
  }
}
