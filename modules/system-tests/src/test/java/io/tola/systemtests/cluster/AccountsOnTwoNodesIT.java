package io.tola.systemtests.cluster;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.Load;
import io.tola.systemtests.platform.SharedPair;
import io.tola.systemtests.platform.TestPlatform;
import io.tola.systemtests.platform.TestPlatform.Node;
import io.tola.verifier.ExportCheck;
import io.tola.verifier.ProofCheck;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes are one platform; the last test kills one of them. */
@ExtendWith(SharedPair.class)
@TestMethodOrder(OrderAnnotation.class)
class AccountsOnTwoNodesIT {

  /** How old a node's quotes may be. */
  private static final Duration QUOTES_WITHIN = Duration.ofSeconds(5);

  private static TestPlatform platform;

  @BeforeAll
  static void start(TestPlatform pair) {
    platform = pair;
    platform.startAll();
  }

  private static Api a() {
    return platform.node(0).api();
  }

  private static Api b() {
    return platform.node(1).api();
  }

  @Test
  @Order(1)
  void theSameOrdersSentToBothAtOnceAreExecutedOnce() {
    Caller onA = a().trader(1);
    Caller onB = b().trader(1);
    for (int i = 0; i < 60; i++) {
      ObjectNode order = market("both-" + i, i % 2 == 0 ? "ITC" : "TCS", "BUY", 1 + i % 3);
      CompletableFuture<Answer> first = onA.placing(order);
      CompletableFuture<Answer> second = onB.placing(order);

      Answer one = first.join();
      Answer other = second.join();

      assertThat(List.of(one.status(), other.status()))
          .as(one + " / " + other)
          .containsExactlyInAnyOrder(200, 201);
      assertThat(one.text("order_id")).isEqualTo(other.text("order_id"));
    }
    assertThat(
            platform.sql().count("SELECT count(*) FROM orders WHERE client_order_id LIKE 'both-%'"))
        .isEqualTo(60);
    new Books(platform.sql()).balance();
  }

  @Test
  @Order(2)
  void cashAndPositionsAreExactAfterLoadOnTheSameAccountsThroughBoth() {
    Load load = Load.on(List.of(a(), b()), List.of(2, 3, 4), 11);

    load.run(Duration.ofSeconds(12), 16);

    assertThat(load.acknowledged()).hasSizeGreaterThan(200);
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(b());
  }

  @Test
  @Order(3)
  void quotesAreSeenAlikeOnBothNodes() throws InterruptedException {
    for (String symbol : List.of("RELIANCE", "TCS", "M&M", "ITC", "SBIN")) {
      JsonNode seen = a().as("viewer").quote(symbol);
      Instant at = Instant.parse(seen.get("timestamp").asText());
      long deadline = System.nanoTime() + QUOTES_WITHIN.toNanos();
      JsonNode other = b().as("viewer").quote(symbol);
      while (Instant.parse(other.get("timestamp").asText()).isBefore(at)) {
        assertThat(System.nanoTime()).as(symbol + " on the other node").isLessThan(deadline);
        Thread.sleep(50);
        other = b().as("viewer").quote(symbol);
      }
      if (Instant.parse(other.get("timestamp").asText()).equals(at)) {
        assertThat(other).isEqualTo(seen);
      }
    }
    assertThat(drives(platform.node(0)) + drives(platform.node(1)))
        .as("nodes that drive the feed")
        .isEqualTo(1);
  }

  @Test
  @Order(4)
  void aLimitChangedOnOneNodeHoldsAtOnceOnTheOther() {
    String account = a().trader(5).accountId();
    String path = "/api/v1/risk/limits?account_id=" + account;
    for (int round = 0; round < 10; round++) {
      Api here = round % 2 == 0 ? a() : b();
      Api there = round % 2 == 0 ? b() : a();
      ObjectNode limits = here.as("risk").get(path).expect(200).json().deepCopy();
      limits.remove(List.of("account_id", "updated_by", "updated_at"));
      here.putLimits(path, limits.put("max_order_value", 10)).expect(200);
      assertThat(status(there, "limit-low-" + round)).isEqualTo("REJECTED");

      limits = there.as("risk").get(path).expect(200).json().deepCopy();
      limits.remove(List.of("account_id", "updated_by", "updated_at"));
      there.putLimits(path, limits.put("max_order_value", 1_000_000)).expect(200);
      assertThat(status(here, "limit-high-" + round)).isEqualTo("FILLED");
    }
  }

  @Test
  @Order(5)
  void aHaltOnOneNodeHoldsAtOnceOnTheOther() {
    for (int round = 0; round < 5; round++) {
      kill(a(), "halt");
      assertThat(status(b(), "halt-" + round)).isEqualTo("REJECTED");
      kill(b(), "resume");
      assertThat(status(a(), "resume-" + round)).isEqualTo("FILLED");
    }
  }

  @Test
  @Order(6)
  void aThousandColdReadersOfADashboardOnBothNodesMakeItOnceAndSeeTheirOwnFills() {
    Caller onA = a().trader(9);
    Caller onB = b().trader(9);
    String path = "/api/v1/dashboard/summary";
    onA.get(path).expect(200);
    // An order of the account leaves no answer that holds, on any node: that is as cold as it gets.
    onA.placeSurely(market("cold", "ITC", "BUY", 3)).expect(201);
    double before = reportsMade(a()) + reportsMade(b());

    List<CompletableFuture<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      asked.add((i % 2 == 0 ? onA : onB).getting(path));
    }
    List<JsonNode> answers = asked.stream().map(f -> f.join().expect(200).json()).toList();

    assertThat(reportsMade(a()) + reportsMade(b()) - before).isEqualTo(1);
    assertThat(answers).allMatch(answers.get(0)::equals);
    assertThat(answers.get(0).at("/summary/open_positions").asInt()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      (i % 2 == 0 ? onA : onB).placeSurely(market("own-" + i, "ITC", "BUY", 1)).expect(201);
      Answer other = (i % 2 == 0 ? onB : onA).get(path).expect(200);
      assertThat(other.json().at("/positions/0/quantity").asInt()).isEqualTo(4 + i);
      assertThat(other.json().at("/today/trades").asInt()).isEqualTo(2 + i);
    }
  }

  @Test
  @Order(6)
  void bothNodesSignOneLogWithOneKeyAndEachProvesWhatTheOtherSigned() throws Exception {
    Caller auditorA = a().as("auditor");
    Caller auditorB = b().as("auditor");
    Answer signedByA = auditorA.get("/api/v1/audit/checkpoint").expect(200);
    String key = signedByA.text("public_key");
    assertThat(auditorB.get("/api/v1/audit/checkpoint").expect(200).text("public_key"))
        .isEqualTo(key);
    Answer placed = a().trader(5).placeSurely(market("signed", "ITC", "BUY", 1)).expect(201);
    String entry =
        auditorB
            .get("/api/v1/audit/log?entity_id=" + placed.text("order_id"))
            .expect(200)
            .items()
            .get(0)
            .get("id")
            .asText();

    Answer proof = auditorB.get("/api/v1/audit/proof/" + entry);
    for (int i = 0; i < 100 && proof.status() == 503; i++) {
      Thread.sleep(200);
      proof = auditorB.get("/api/v1/audit/proof/" + entry);
    }
    assertThat(ProofCheck.check(proof.expect(200).body(), List.of(key)).faults()).isEmpty();
    Answer consistency =
        auditorB
            .get("/api/v1/audit/proof?from=" + signedByA.json().get("size").asLong())
            .expect(200);
    assertThat(ProofCheck.check(consistency.body(), List.of(key)).faults()).isEmpty();
    assertThat(consistency.text("from_root")).isEqualTo(signedByA.text("root"));
    for (Caller auditor : List.of(auditorA, auditorB)) {
      JsonNode found = auditor.get("/api/v1/audit/verify").expect(200).json();
      assertThat(found.get("intact").asBoolean()).as(found.toString()).isTrue();
      assertThat(found.get("checkpoints").asInt()).isPositive();
    }
    // One file, which both write, is one log's to an auditor.
    Answer export = auditorA.get("/api/v1/audit/export").expect(200);
    assertThat(
            ExportCheck.check(
                    new BufferedReader(new StringReader(export.body())),
                    List.of(key),
                    Files.readString(platform.auditCheckpoints()))
                .faults())
        .isEmpty();
  }

  @Test
  @Order(6)
  void whatOneNodeAnsweredTheOtherAnswersUntilAnOperatorEmptiesTheCaches() {
    String path =
        "/api/v1/historical?symbol=TCS&interval=1d&from=2020-01-01T00:00:00Z&to=2020-06-01T00:00:00Z";
    a().as("ops").post("/api/v1/performance/cache/flush", Api.object()).expect(200);
    Answer first = a().trader(9).get(path).expect(200);
    JsonNode before = cache(b(), "historical");
    assertThat(b().trader(10).get(path).expect(200).json()).isEqualTo(first.json());
    JsonNode after = cache(b(), "historical");
    assertThat(grown("shared_hits", before, after)).as(after.toString()).isEqualTo(1);
    assertThat(grown("loads", before, after)).isZero();

    Answer flush =
        a().as("ops").post("/api/v1/performance/cache/flush?prefix=hist", Api.object()).expect(200);
    assertThat(flush.json().get("shared").asBoolean()).isTrue();
    b().trader(9).get(path).expect(200);
    assertThat(grown("loads", after, cache(b(), "historical"))).isEqualTo(1);
  }

  private static long grown(String figure, JsonNode before, JsonNode after) {
    return after.path(figure).asLong() - before.path(figure).asLong();
  }

  /** Missing while the node hasn't used it. */
  private static JsonNode cache(Api api, String name) {
    JsonNode all = api.as("ops").get("/api/v1/performance/cache").expect(200).json().get("caches");
    for (JsonNode one : all) {
      if (one.get("name").asText().equals(name)) {
        return one;
      }
    }
    return MissingNode.getInstance();
  }

  private static double reportsMade(Api api) {
    return api.anonymous()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(l -> l.startsWith("tola_pnl_reports_total"))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Order(7)
  void killingTheNodeThatDrivesTheFeedAndTheGuardsLosesNoAcknowledgedOrderAndTheOtherGoesOn()
      throws InterruptedException {
    Node leader = drives(platform.node(0)) == 1 ? platform.node(0) : platform.node(1);
    Node other = leader == platform.node(0) ? platform.node(1) : platform.node(0);
    guardsLookOn(leader);
    String watched = other.api().trader(9).accountId();
    Load load = Load.on(List.of(leader.api(), other.api()), List.of(6, 7, 8), 12);
    load.start(12);
    Thread.sleep(4_000);

    leader.kill();
    long killed = System.nanoTime();
    lostAFifth(watched);
    awaitReduceOnly(watched);
    System.out.println(
        "guards: from a loss on the dead leader's watch to the other's action, ms: "
            + (System.nanoTime() - killed) / 1_000_000);
    Thread.sleep(Math.max(0, 4_000 - Duration.ofNanos(System.nanoTime() - killed).toMillis()));
    load.stop();
    resume(other.api(), watched);

    assertThat(load.acknowledged()).isNotEmpty();
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    load.retryUnsettled(other.api());
    assertThat(load.unsettled()).isEmpty();
    assertThat(load.unexpected()).isEmpty();
    assertThat(status(other.api(), "after-kill")).isEqualTo("FILLED");
    // The market moves on.
    String before = other.api().as("viewer").quote("RELIANCE").get("timestamp").asText();
    other
        .api()
        .as("viewer")
        .await(
            "/api/v1/market/quote/RELIANCE",
            Duration.ofSeconds(20),
            q -> q.status() == 200 && q.text("timestamp").compareTo(before) > 0);
    other.api().anonymous().await("/metrics", Duration.ofSeconds(20), m -> drives(m.body()) == 1);
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(other.api());
  }

  /** Makes the node the one whose guards look, and waits until it is. */
  private static void guardsLookOn(Node node) throws InterruptedException {
    String name = "node-" + node.server().process().pid().orElseThrow() + "-%";
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (platform
            .sql()
            .count("SELECT count(*) FROM guard_lease WHERE node LIKE ? AND until > now()", name)
        == 0) {
      assertThat(System.nanoTime()).as("the node doesn't look").isLessThan(until);
      platform
          .sql()
          .execute("UPDATE guard_lease SET until = '-infinity' WHERE node NOT LIKE '" + name + "'");
      Thread.sleep(200);
    }
    // The account has a peak once somebody has looked.
    while (platform.sql().count("SELECT count(*) FROM equity_peaks") == 0) {
      assertThat(System.nanoTime()).as("nobody looks").isLessThan(until);
      Thread.sleep(200);
    }
  }

  private static void lostAFifth(String account) {
    platform
        .sql()
        .execute(
            "UPDATE equity_peaks SET peak_pnl = pnl + 2500000, peak_at = now() WHERE account_id = '"
                + account
                + "'");
  }

  private static void awaitReduceOnly(String account) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (platform
            .sql()
            .count(
                "SELECT count(*) FROM trading_states WHERE mode = 'REDUCE_ONLY' AND account_id = ?::uuid",
                account)
        == 0) {
      assertThat(System.nanoTime()).as("the other node's guard doesn't act").isLessThan(until);
      Thread.sleep(20);
    }
  }

  private static void resume(Api api, String account) {
    api.as("risk")
        .post(
            "/api/v1/risk/kill-switch",
            Api.object().put("action", "resume").put("account_id", account).put("reason", "test"))
        .expect(200);
  }

  private static String status(Api api, String id) {
    return api.trader(5).placeSurely(market(id, "ITC", "BUY", 1)).text("status");
  }

  private static void kill(Api api, String action) {
    api.as("risk")
        .post("/api/v1/risk/kill-switch", Api.object().put("action", action).put("reason", "test"))
        .expect(200);
  }

  private static int drives(Node node) {
    return drives(node.api().anonymous().get("/metrics").expect(200).body());
  }

  private static int drives(String metrics) {
    return metrics
        .lines()
        .filter(l -> l.startsWith("tola_feed_driver"))
        .mapToInt(l -> (int) Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }
}
