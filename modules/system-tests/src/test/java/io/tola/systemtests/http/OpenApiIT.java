package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.http.OpenApi.Operation;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The OpenAPI document is true: answers match it, its paths exist, and no others do. */
@ExtendWith(SharedPlatform.class)
class OpenApiIT {

  private static final String UNKNOWN = "01900000-0000-7000-8000-000000000000";

  private final Api api;
  private final OpenApi openApi;
  private final List<String> deviations = new ArrayList<>();

  OpenApiIT(Api api) {
    this.api = api;
    this.openApi = OpenApi.of(api);
  }

  @Test
  void itIsAnOpenApi3DocumentThatNamesItsVersion() {
    assertThat(openApi.document().get("openapi").asText()).startsWith("3.1");
    assertThat(openApi.document().at("/info/version").asText()).isNotBlank();
  }

  @Test
  void theAnswersOfTheMainCallsMatchTheirSchemas() {
    Caller trader = api.trader(22);
    Caller auditor = api.as("auditor");
    check(
        "POST",
        "/api/v1/auth/token",
        api.anonymous()
            .post(
                "/api/v1/auth/token",
                Api.object().put("username", "nobody").put("password", "nothing at all")));
    check("GET", "/api/v1/status", trader.get("/api/v1/status"));
    check("GET", "/api/v1/symbols", trader.get("/api/v1/symbols"));
    check("GET", "/api/v1/market/quote/{symbol}", trader.get("/api/v1/market/quote/TCS"));
    check("GET", "/api/v1/market/quote/{symbol}", trader.get("/api/v1/market/quote/NOSUCH"));
    check(
        "POST",
        "/api/v1/market/quotes",
        trader.post("/api/v1/market/quotes", Api.parse("{\"symbols\":[\"TCS\",\"NOSUCH\"]}")));
    check("GET", "/api/v1/historical", trader.get("/api/v1/historical?symbol=TCS&interval=1d"));

    for (String body :
        List.of("symbol,timestamp,price\nTCS,2021-04-01 10:00:00,3000\nTCS,soon,3000\n", "a,b\n")) {
      check(
          "POST",
          "/api/v1/market/ticks",
          api.as("feed")
              .send("POST", "/api/v1/market/ticks", "text/csv", BodyPublishers.ofString(body)));
    }

    Answer placed = trader.place(market("api-1", "TCS", "BUY", 2));
    check("POST", "/api/v1/orders/place", placed.expect(201));
    check(
        "POST", "/api/v1/orders/place", trader.place(market("api-1", "TCS", "BUY", 2)).expect(200));
    check(
        "POST", "/api/v1/orders/place", trader.place(market("api-1", "TCS", "BUY", 3)).expect(409));
    check(
        "POST",
        "/api/v1/orders/place",
        trader.place(market("api-2", "TCS", "SELL", 99)).expect(201));
    check(
        "POST",
        "/api/v1/orders/place",
        trader.place(market("api-3", "NOSUCH", "BUY", 1)).expect(422));
    check("POST", "/api/v1/orders/place", trader.place(Api.object()).expect(400));
    check("POST", "/api/v1/orders/place", api.anonymous().place(Api.object()).expect(401));
    check("POST", "/api/v1/orders/place", auditor.place(Api.object()).expect(403));
    ObjectNode batch = Api.object();
    batch
        .putArray("orders")
        .add(market("api-4", "ITC", "BUY", 1))
        .add(market("api-5", "NOSUCH", "BUY", 1));
    check("POST", "/api/v1/orders/batch", trader.post("/api/v1/orders/batch", batch).expect(200));
    String order = "/api/v1/orders/" + placed.text("order_id");
    check("GET", "/api/v1/orders/{order_id}", trader.get(order).expect(200));
    check("GET", "/api/v1/orders/{order_id}/events", trader.get(order + "/events").expect(200));
    check("DELETE", "/api/v1/orders/{order_id}", trader.delete(order).expect(409));
    check("GET", "/api/v1/orders/{order_id}", trader.get("/api/v1/orders/" + UNKNOWN).expect(404));
    check(
        "PUT",
        "/api/v1/orders/{order_id}",
        trader
            .put(order, Api.object().put("client_order_id", "api-6").put("quantity", 1))
            .expect(409));
    check("DELETE", "/api/v1/orders", trader.delete("/api/v1/orders").expect(200));
    check("GET", "/api/v1/halts", trader.get("/api/v1/halts").expect(200));
    check("GET", "/api/v1/trading-modes", trader.get("/api/v1/trading-modes").expect(200));
    check("GET", "/api/v1/orders/history", trader.get("/api/v1/orders/history").expect(200));
    check("GET", "/api/v1/trades", trader.get("/api/v1/trades").expect(200));

    check("GET", "/api/v1/portfolio/summary", trader.get("/api/v1/portfolio/summary").expect(200));
    check(
        "GET",
        "/api/v1/portfolio/pnl/daily",
        trader.get("/api/v1/portfolio/pnl/daily").expect(200));
    check("GET", "/api/v1/dashboard/summary", trader.get("/api/v1/dashboard/summary").expect(200));
    LocalDate exDate =
        Instant.parse(placed.text("created_at"))
            .atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .minusDays(3);
    // Of a symbol that no test holds: the books of all accounts are compared with trades alone.
    ObjectNode split =
        Api.object()
            .put("symbol", "DRREDDY")
            .put("ex_date", exDate.toString())
            .put("kind", "SPLIT")
            .put("old_shares", 1)
            .put("new_shares", 5)
            .put("source", "a test");
    Caller ops = api.as("ops");
    String actions = "/api/v1/corporate-actions";
    Answer recorded = ops.post(actions, split).expect(200);
    check("POST", actions, recorded);
    check("POST", actions, ops.post(actions, split.deepCopy().put("new_shares", 2)).expect(409));
    check("POST", actions, ops.post(actions, split.deepCopy().put("new_shares", 1)).expect(400));
    check("POST", actions, ops.post(actions, split.deepCopy().put("symbol", "NO")).expect(422));
    check("GET", actions, trader.get(actions + "?symbol=DRREDDY").expect(200));
    String apply = actions + "/" + recorded.text("action_id") + "/apply";
    check("POST", actions + "/{action_id}/apply", ops.send("POST", apply, "").expect(403));
    check(
        "POST",
        actions + "/{action_id}/apply",
        api.as("admin").send("POST", apply, "").expect(200));
    String history =
        "/api/v1/historical?symbol=DRREDDY&interval=1d&to=" + exDate.minusDays(1) + "T00:00:00Z";
    Answer adjusted = trader.get(history + "&adjusted=true").expect(200);
    check("GET", "/api/v1/historical", adjusted);
    Answer recordedBars = trader.get(history).expect(200);
    assertThat(adjusted.items()).isNotEmpty().hasSameSizeAs(recordedBars.items());
    for (int i = 0; i < adjusted.items().size(); i++) {
      assertThat(adjusted.items().get(i).get("close").decimalValue().multiply(new BigDecimal("5")))
          .isEqualByComparingTo(recordedBars.items().get(i).get("close").decimalValue());
    }
    check("GET", "/api/v1/historical", trader.get(history + "&adjusted=yes").expect(400));
    assertThat(auditor.get("/api/v1/audit/log?action=corporate_action_recorded").items())
        .isNotEmpty();
    Answer active = trader.get("/api/v1/positions/active").expect(200);
    check("GET", "/api/v1/positions/active", active);
    check("GET", "/api/v1/positions/open", trader.get("/api/v1/positions/open").expect(200));
    check(
        "GET",
        "/api/v1/positions/{position_id}",
        trader
            .get("/api/v1/positions/" + active.items().get(0).get("position_id").asText())
            .expect(200));
    String reconciliation = "/api/v1/reconciliation/";
    for (String body : List.of("symbol,quantity\nTCS,7\n", "quantity\n1\n")) {
      check(
          "POST",
          reconciliation + "statements",
          trader.send(
              "POST",
              reconciliation + "statements?kind=holdings",
              "text/csv",
              BodyPublishers.ofString(body)));
    }
    for (String list : List.of("status", "logs", "breaks")) {
      check("GET", reconciliation + list, trader.get(reconciliation + list).expect(200));
    }
    check("GET", "/api/v1/guards/status", trader.get("/api/v1/guards/status").expect(200));
    check("GET", "/api/v1/risk/limits", trader.get("/api/v1/risk/limits").expect(200));
    for (String method : List.of("historical", "filtered_historical", "monte_carlo_t")) {
      check("GET", "/api/v1/risk/var", trader.get("/api/v1/risk/var?method=" + method).expect(200));
    }
    check("GET", "/api/v1/risk/var", trader.get("/api/v1/risk/var?confidence=1").expect(422));
    check("GET", "/api/v1/risk/backtest", trader.get("/api/v1/risk/backtest").expect(200));
    String portfolio =
        "{\"positions\":[{\"symbol\":\"TCS\",\"quantity\":10},{\"symbol\":\"INFY\",\"quantity\":-5}]}";
    for (String path :
        List.of("/api/v1/risk/var", "/api/v1/risk/backtest", "/api/v1/risk/stress")) {
      check("POST", path, trader.post(path, Api.parse(portfolio)).expect(200));
    }
    check("GET", "/api/v1/risk/metrics", trader.get("/api/v1/risk/metrics").expect(200));
    check(
        "GET",
        "/api/v1/compliance/report",
        api.as("auditor").get("/api/v1/compliance/report").expect(200));
    check("GET", "/api/v1/risk/events", api.as("risk").get("/api/v1/risk/events").expect(200));
    String strategy = "/api/v1/strategies/{strategy}";
    Instant now = Instant.parse(placed.text("created_at"));
    check("GET", "/api/v1/strategies", trader.get("/api/v1/strategies").expect(200));
    check("GET", strategy, trader.get("/api/v1/strategies/breakout").expect(200));
    check("GET", strategy, trader.get("/api/v1/strategies/nosuch").expect(404));
    check(
        "POST",
        strategy + "/run",
        trader
            .post(
                "/api/v1/strategies/breakout/run",
                Api.parse(
                    "{\"symbols\":[\"TCS\",\"ITC\"],\"interval\":\"1d\","
                        + "\"auto_trade\":{\"quantity\":1,\"product\":\"CNC\"}}"))
            .expect(200));
    check(
        "POST",
        strategy + "/run",
        trader
            .post("/api/v1/strategies/breakout/run", Api.parse("{\"symbols\":[\"NOSUCH\"]}"))
            .expect(422));
    check(
        "GET",
        strategy + "/signals",
        trader.get("/api/v1/strategies/breakout/signals").expect(200));
    check(
        "POST",
        strategy + "/backtest",
        trader
            .post(
                "/api/v1/strategies/breakout/backtest",
                Api.parse(
                    "{\"symbol\":\"TCS\",\"interval\":\"1d\",\"from\":\""
                        + now.minus(Duration.ofDays(150))
                        + "\",\"to\":\""
                        + now
                        + "\"}"))
            .expect(200));
    check(
        "GET",
        strategy + "/performance",
        trader.get("/api/v1/strategies/breakout/performance").expect(200));
    String loadTests = "/api/v1/performance/load-tests";
    check(
        "POST",
        loadTests,
        api.as("ops")
            .send(
                "POST",
                loadTests,
                "{\"run_id\":\"openapi\",\"scenario\":\"openapi\",\"started_at\":\"2026-11-01T00:00:00Z\",\"commit\":\"c\","
                    + "\"passed\":true,\"conditions\":{\"users\":5},"
                    + "\"metrics\":[{\"name\":\"p95_ms\",\"value\":1.5,\"better\":\"lower\"}]}"));
    check("GET", loadTests, api.as("ops").get(loadTests + "?scenario=openapi").expect(200));
    check("GET", "/api/v1/audit/log", auditor.get("/api/v1/audit/log?limit=5").expect(200));
    check("GET", "/api/v1/audit/verify", auditor.get("/api/v1/audit/verify").expect(200));
    check("GET", "/api/v1/audit/checkpoint", auditor.get("/api/v1/audit/checkpoint").expect(200));
    check("GET", "/api/v1/audit/proof", auditor.get("/api/v1/audit/proof?from=1").expect(200));
    check("GET", "/api/v1/audit/proof", auditor.get("/api/v1/audit/proof?from=0").expect(400));

    assertThat(deviations).isEmpty();
  }

  @Test
  void everyDocumentedPathExists() {
    for (Operation operation : openApi.operations()) {
      String path =
          operation.path().replace("{symbol}", "TCS").replaceAll("\\{[a-z_]+\\}", UNKNOWN);
      Caller caller = api.as("viewer");
      Answer answer =
          caller.send(
              caller
                  .request(path)
                  .header("Content-Type", "application/json")
                  .method(
                      operation.method(),
                      operation.method().equals("GET")
                          ? BodyPublishers.noBody()
                          : BodyPublishers.ofString("{}")));
      assertThat(answer.status()).as(operation.method() + " " + path).isNotIn(405, 406, 500, 501);
      if (answer.status() == 404) {
        // 7404 says that there is no such path; a missing order or position has a code of its own.
        assertThat(answer.text("code")).as(operation.method() + " " + path).isNotEqualTo("7404");
      }
    }
  }

  @Test
  void everyDocumentedOperationSaysWhatItDoesAndHowItFails() {
    for (Operation operation : openApi.operations()) {
      String what = operation.method() + " " + operation.path();
      JsonNode node = operation.node();
      assertThat(node.hasNonNull("operationId")).as(what).isTrue();
      assertThat(node.path("summary").asText() + node.path("description").asText())
          .as(what)
          .isNotBlank();
      if (operation.needsToken()) {
        assertThat(node.get("responses").has("401")).as(what + " documents 401").isTrue();
      }
    }
  }

  @Test
  void pathsThatAreNotDocumentedDontExist() {
    List<String> documented = openApi.operations().stream().map(Operation::path).toList();
    for (String path :
        List.of(
            "/api/v1/portfolio/pnl/daily",
            "/api/v1/dashboard/summary",
            "/api/v1/strategies",
            "/api/v1/performance/summary",
            "/api/v1/audit/checkpoint",
            "/api/v1/risk/var",
            "/api/v1/reconciliation/status",
            "/api/v1/guards/status",
            "/api/v1/users",
            "/api/v1/admin",
            "/api/v1/orders",
            "/api/v1/accounts")) {
      if (!documented.contains(path)) {
        Problems.expect(api.trader(22).get(path), 404, 7404);
      }
    }
  }

  private void check(String method, String path, Answer answer) {
    deviations.addAll(openApi.deviations(openApi.operation(method, path), answer));
  }
}
