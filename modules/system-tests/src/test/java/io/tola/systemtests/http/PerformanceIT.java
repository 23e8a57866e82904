package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.Sql;
import io.tola.systemtests.platform.TestPlatform;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Statements of the running application, timed without its knowing, as an operator sees them. */
@ExtendWith(SharedPlatform.class)
class PerformanceIT {

  @Test
  void theStatementsOfAnOrderAreInTheProfileWithTheirModules(Api api) {
    api.trader(25).place(Api.market("profile-1", "ITC", "BUY", 1)).expect(201);
    Caller ops = api.as("ops");
    JsonNode statements =
        ops.get("/api/v1/performance/statements?limit=400").expect(200).json().get("statements");
    Set<String> modules = new HashSet<>();
    for (JsonNode one : statements) {
      one.get("call_sites").forEach(site -> modules.add(site.asText().split(" ")[0]));
      assertThat(one.get("stats").get("total").asLong()).isPositive();
    }
    assertThat(modules).contains("trading", "portfolio", "audit", "gateway", "market");
    JsonNode queries = ops.get("/api/v1/performance/queries").expect(200).json();
    assertThat(queries.get("stats").get("query_type").asText()).isEqualTo("ALL");
    assertThat(queries.get("query_types").has("SELECT")).isTrue();
    JsonNode selects =
        ops.get("/api/v1/performance/queries?query_type=SELECT").expect(200).json().get("stats");
    assertThat(selects.get("query_type").asText()).isEqualTo("SELECT");
    assertThat(selects.get("p99_ms").decimalValue())
        .isGreaterThanOrEqualTo(selects.get("median_ms").decimalValue());
  }

  @Test
  void theSummaryHasTheContractsFields(Api api) {
    JsonNode summary = api.as("ops").get("/api/v1/performance/summary").expect(200).json();
    assertThat(summary.get("performance").get("total_queries").asLong()).isPositive();
    assertThat(summary.get("performance").get("window_hours").asInt()).isEqualTo(24);
    assertThat(summary.get("cache").has("hit_rate_pct")).isTrue();
    assertThat(summary.get("recommendations").isArray()).isTrue();
  }

  @Test
  void thePoolOfTheFastDataSourceIsThereWithItsSize(Api api) {
    api.trader(25).get("/api/v1/orders/history").expect(200);
    JsonNode pools = api.as("ops").get("/api/v1/performance/pool").expect(200).json().get("pools");
    assertThat(pools.findValuesAsText("name")).contains("jdbc/tola");
    for (JsonNode pool : pools) {
      assertThat(pool.get("max_size").asInt()).as(pool.toString()).isPositive();
      assertThat(pool.get("open").asLong()).isLessThanOrEqualTo(pool.get("max_size").asLong());
    }
  }

  @Test
  void thePoolSaysWhoBorrowedForHowLongAndHowLargeItShouldBe(Api api) {
    api.trader(25).get("/api/v1/orders/history").expect(200);
    // What the database allows is known from the last review.
    api.as("ops").get("/api/v1/performance/summary").expect(200);
    JsonNode pools = api.as("ops").get("/api/v1/performance/pool").expect(200).json().get("pools");
    for (JsonNode pool : pools) {
      if (pool.get("name").asText().equals("jdbc/tola")) {
        assertThat(pool.get("held_times").get("count").asLong()).as(pool.toString()).isPositive();
        assertThat(pool.get("borrowers")).isNotEmpty();
        assertThat(pool.get("size").get("database_allows").asInt()).isPositive();
        assertThat(pool.get("size").get("arithmetic").asText()).isNotEmpty();
        assertThat(pool.get("wait_times").get("histogram")).hasSize(10);
      }
    }
  }

  @Test
  void theDearestStatementsHavePlansWithoutValues(Api api) {
    api.trader(25).place(Api.market("profile-2", "ITC", "BUY", 1)).expect(201);
    JsonNode report = api.as("ops").get("/api/v1/performance/slow-queries").expect(200).json();
    JsonNode plans = report.get("plans");
    assertThat(plans).as(report.toString()).isNotEmpty();
    int planned = 0;
    for (JsonNode plan : plans) {
      planned += plan.get("missing").isNull() ? 1 : 0;
      for (JsonNode line : plan.get("lines")) {
        assertThat(line.asText()).doesNotContain("'");
      }
    }
    assertThat(planned).as(plans.toString()).isGreaterThan(plans.size() * 8 / 10);
  }

  @Test
  void theDatabasesOwnViewKnowsTheApplicationsStatements(Api api) {
    JsonNode view = api.as("ops").get("/api/v1/performance/database?limit=5").expect(200).json();
    assertThat(view.get("statements_missing").isNull()).as(view.toString()).isTrue();
    assertThat(view.get("statements_from").asText()).startsWith("pg_stat_statements");
    assertThat(view.get("statements")).hasSize(5);
    assertThat(view.get("tables")).hasSize(5);
    assertThat(view.get("waits").findValuesAsText("application")).contains("tola");
  }

  @Test
  void aMissingIndexIsTriedKeptAndTakenAwayAgain(Api api, TestPlatform platform)
      throws SQLException {
    Sql sql = platform.sql();
    sql.execute(
        "CREATE TABLE market.gap (id bigint PRIMARY KEY, customer integer NOT NULL, note text);"
            + "INSERT INTO market.gap SELECT n, n % 20000, repeat('x', 200)"
            + " FROM generate_series(1, 100000) n");
    sql.execute("ANALYZE market.gap");
    try {
      try (Connection application =
              DriverManager.getConnection(
                  platform.database().jdbcUrl(), "tola_app", platform.database().appPassword());
          var select =
              application.prepareStatement("SELECT count(note) FROM gap WHERE customer = ?")) {
        for (int i = 0; i < 60; i++) {
          select.setInt(1, i * 7);
          select.executeQuery().close();
        }
      }
      Caller ops = api.as("ops");
      JsonNode list = ops.get("/api/v1/performance/recommendations?fresh=true").expect(200).json();
      assertThat(list.get("trials_off").isNull()).as(list.toString()).isTrue();
      assertThat(list.get("index_advice_missing").isNull()).as(list.toString()).isTrue();
      JsonNode found = null;
      for (JsonNode one : list.get("recommendations")) {
        if (one.get("subject").asText().equals("market.gap")) {
          found = one;
        }
      }
      assertThat(found).as(list.toString()).isNotNull();
      assertThat(found.get("code").asText()).isEqualTo("missing_index");
      assertThat(found.get("trial").isNull()).isTrue();
      String path = "/api/v1/performance/recommendations/" + found.get("id").asText();

      assertThat(ops.send("POST", path + "/trial", "{\"threshold_pct\":100}").expect(400).body())
          .contains("threshold_pct");
      ops.send("POST", path + "/rollback", "").expect(409);
      Answer begun = ops.send("POST", path + "/trial", "{\"threshold_pct\":20}").expect(202);
      assertThat(begun.header("Location")).contains(path);
      JsonNode trial = awaitTrial(ops, path, "running");
      assertThat(trial.get("state").asText()).as(trial.toString()).isEqualTo("kept");
      assertThat(trial.get("before").get("method").asText()).isEqualTo("replayed");
      assertThat(trial.get("gain_pct").decimalValue()).isGreaterThan(new BigDecimal(20));
      assertThat(ops.send("POST", path + "/trial", "{}").expect(200).json().get("id").asText())
          .isEqualTo(trial.get("id").asText());
      assertThat(indexesOfTheGap(sql)).contains(trial.get("index_name").asText());

      Answer going = ops.send("POST", path + "/rollback", "");
      assertThat(going.status()).isEqualTo(202);
      assertThat(awaitTrial(ops, path, "kept").get("state").asText()).isEqualTo("rolled_back");
      assertThat(indexesOfTheGap(sql)).containsExactly("gap_pkey");
      ops.send("POST", path + "/rollback", "").expect(200);
      List<String> actions = new ArrayList<>();
      for (JsonNode entry :
          api.as("auditor")
              .get("/api/v1/audit/log?entity_id=" + trial.get("id").asText())
              .expect(200)
              .items()) {
        actions.add(0, entry.get("actor").asText() + " " + entry.get("action").asText());
      }
      assertThat(actions)
          .containsExactly(
              "ops index_trial_started",
              "ops index_trial_building",
              "ops index_trial_judged",
              "system index_trial_kept",
              "ops index_trial_rollback_started",
              "system index_trial_rolled_back");
    } finally {
      sql.execute("DROP TABLE market.gap");
    }
  }

  private static JsonNode awaitTrial(Caller ops, String path, String before) {
    return ops.await(
            path,
            Duration.ofMinutes(2),
            answer -> !answer.json().get("trial").get("state").asText().equals(before))
        .json()
        .get("trial");
  }

  private static List<String> indexesOfTheGap(Sql sql) {
    return sql.column(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'market' AND tablename = 'gap'"
            + " ORDER BY 1");
  }

  @Test
  void statementsAreMetricsToo(Api api) {
    String metrics = api.anonymous().get("/metrics").expect(200).body();
    assertThat(metrics)
        .containsPattern("(?m)^tola_db_statements_total\\{[^}]*type=\"SELECT\"[^}]*\\} ")
        .containsPattern("(?m)^tola_db_statement_ms\\{[^}]*quantile=\"0.95\"")
        .containsPattern("(?m)^tola_db_connections\\{");
  }

  @Test
  void aLoadTestIsKeptOnceAndAStepIsSeenInItsHistory(Api api) {
    Caller ops = api.as("ops");
    for (int i = 0; i < 8; i++) {
      ops.send("POST", LOAD_TESTS, loadTest("it-" + i, "it-step", i, i < 4 ? 10 + i : 30 + i))
          .expect(201);
    }
    JsonNode again =
        ops.send("POST", LOAD_TESTS, loadTest("it-3", "it-step", 3, 13)).expect(200).json();
    assertThat(again.get("reported_by").asText()).isEqualTo("ops");
    assertThat(again.get("conditions").get("users").asInt()).isEqualTo(50);
    Problems.expect(ops.send("POST", LOAD_TESTS, loadTest("it-3", "it-step", 3, 14)), 409, 9440);
    JsonNode page = ops.get(LOAD_TESTS + "?scenario=it-step&limit=5").expect(200).json();
    assertThat(page.get("items").findValuesAsText("run_id"))
        .containsExactly("it-7", "it-6", "it-5", "it-4", "it-3");
    JsonNode change = page.get("trends").get(0).get("changes").get(0);
    assertThat(change.get("run_id").asText()).isEqualTo("it-4");
    assertThat(change.get("worse").asBoolean()).isTrue();
    JsonNode rest =
        ops.get(LOAD_TESTS + "?scenario=it-step&cursor=" + page.get("next_cursor").asText())
            .expect(200)
            .json();
    assertThat(rest.get("items").findValuesAsText("run_id"))
        .containsExactly("it-2", "it-1", "it-0");
    assertThat(rest.get("next_cursor").isNull()).isTrue();
  }

  @Test
  void aLoadTestWithWrongFieldsIsRefusedNamingAllOfThem(Api api) {
    String body =
        """
        {"run_id": "a b", "scenario": "Normal", "started_at": "2999-01-01T00:00:00Z", "commit": "c", "passed": 1,
         "conditions": {"A": 1}, "metrics": [{"name": "p95_ms", "value": 1e99, "better": "less"}], "x": 1}
        """;
    JsonNode problem = Problems.expect(api.as("ops").send("POST", LOAD_TESTS, body), 400).json();
    assertThat(problem.get("errors").findValuesAsText("field"))
        .contains(
            "run_id",
            "scenario",
            "started_at",
            "passed",
            "conditions",
            "metrics[0].value",
            "metrics[0].better",
            "x");
  }

  private static final String LOAD_TESTS = "/api/v1/performance/load-tests";

  private static String loadTest(String runId, String scenario, int minute, double p95) {
    return """
        {"run_id": "%s", "scenario": "%s", "started_at": "2026-11-01T00:0%d:00Z", "commit": "abc", "passed": true,
         "conditions": {"users": 50, "machine": "2 cores"},
         "metrics": [{"name": "p95_ms", "value": %s, "better": "lower"}],
         "verdicts": [{"what": "95th percentile", "wanted": "at most 200 ms", "got": "12 ms", "passed": true}]}
        """
        .formatted(runId, scenario, minute, p95);
  }

  private static JsonNode cache(Caller ops, String name) {
    JsonNode report = ops.get("/api/v1/performance/cache").expect(200).json();
    assertThat(report.get("cache").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "size", "max_size", "hits", "misses", "hit_rate_pct", "default_ttl_seconds");
    assertThat(report.get("shared").asBoolean()).as(report.toString()).isTrue();
    for (JsonNode one : report.get("caches")) {
      if (one.get("name").asText().equals(name)) {
        return one;
      }
    }
    return MissingNode.getInstance();
  }

  @Test
  void cachedReadsAreAnsweredOnceLoadedAndForgottenWhenAnOperatorSaysSo(Api api) {
    Caller trader = api.trader(25);
    Caller ops = api.as("ops");
    String path =
        "/api/v1/historical?symbol=WIPRO&interval=1d&from=2021-01-01T00:00:00Z&to=2021-06-01T00:00:00Z";
    trader.get(path).expect(200);
    JsonNode first = cache(ops, "historical");
    assertThat(first.get("ttl_seconds").asInt()).isEqualTo(300);
    assertThat(first.get("loads").asLong()).isPositive();
    assertThat(first.get("size").asLong()).isPositive();
    trader.get(path).expect(200);
    JsonNode second = cache(ops, "historical");
    assertThat(second.get("hits").asLong()).isEqualTo(first.get("hits").asLong() + 1);
    assertThat(second.get("loads").asLong()).isEqualTo(first.get("loads").asLong());

    JsonNode flush =
        ops.post("/api/v1/performance/cache/flush?prefix=historical", Api.object())
            .expect(200)
            .json();
    assertThat(flush.get("flushed").toString()).isEqualTo("[\"historical\"]");
    trader.get(path).expect(200);
    assertThat(cache(ops, "historical").get("loads").asLong())
        .isEqualTo(first.get("loads").asLong() + 1);
    assertThat(api.as("auditor").get("/api/v1/audit/log?actor=ops&limit=50").expect(200).items())
        .extracting(e -> e.get("action").asText())
        .contains("caches_flushed");
    ops.post("/api/v1/performance/cache/flush?prefix=nosuch", Api.object()).expect(400);
  }

  @Test
  void aTraderSeesTheirOwnFillInTheNextReadOfEveryCachedAnswer(Api api) {
    Caller trader = api.trader(25);
    for (int i = 1; i <= 5; i++) {
      long before = trades(trader);
      trader.get("/api/v1/portfolio/summary").expect(200);
      trader.placeSurely(Api.market("own-fill-" + i, "WIPRO", "BUY", 1)).expect(201);
      assertThat(trades(trader)).isEqualTo(before + 1);
    }
    assertThat(cache(api.as("ops"), "pnl").get("loads").asLong()).isPositive();
  }

  private static long trades(Caller trader) {
    return trader.get("/api/v1/dashboard/summary").expect(200).json().at("/today/trades").asLong();
  }
}
