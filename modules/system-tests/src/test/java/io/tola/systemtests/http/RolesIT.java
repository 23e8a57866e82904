package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every path of the contract by every role, and by nobody. */
@ExtendWith(SharedPlatform.class)
class RolesIT {

  private static final Map<String, String> USERS =
      Map.of(
          "trader", "trader21",
          "risk", "risk",
          "auditor", "auditor",
          "ops", "ops",
          "admin", "admin",
          "feed", "feed",
          "viewer", "viewer");
  private static final Set<String> ANY = USERS.keySet();
  static final String UNKNOWN = "01900000-0000-7000-8000-000000000000";

  /**
   * One row of the matrix.
   *
   * @param body what is sent, or null
   * @param roles who is let in
   * @param letIn the statuses of who is let in; the request is chosen to change nothing
   */
  private record Row(
      String method,
      String path,
      String contentType,
      String body,
      Set<String> roles,
      Set<Integer> letIn) {
    @Override
    public String toString() {
      return method + " " + path;
    }

    String template() {
      return method
          + " "
          + path.replaceFirst("\\?.*", "")
              .replace("orders/" + UNKNOWN, "orders/{order_id}")
              .replace("corporate-actions/" + UNKNOWN, "corporate-actions/{action_id}")
              .replace("positions/" + UNKNOWN, "positions/{position_id}")
              .replace("trading-modes/" + UNKNOWN, "trading-modes/{account_id}")
              .replace("users/nobody", "users/{username}")
              .replace("approvals/" + UNKNOWN, "approvals/{approval_id}")
              .replace("recommendations/0123456789abcdef", "recommendations/{recommendation_id}")
              .replace("proof/" + UNKNOWN, "proof/{entry_id}")
              .replace("halts/TCS", "halts/{symbol}")
              .replace("restricted-symbols/TCS", "restricted-symbols/{symbol}")
              .replace("algos/NSE-1", "algos/{algo_id}")
              .replace("statements/" + UNKNOWN, "statements/{statement_id}")
              .replace("breaks/" + UNKNOWN, "breaks/{break_id}")
              .replace("strategies/rsi", "strategies/{strategy}")
              .replace("quote/TCS", "quote/{symbol}");
    }
  }

  private static Row get(String path, Set<String> roles, Integer... letIn) {
    return new Row("GET", "/api/v1/" + path, null, null, roles, Set.of(letIn));
  }

  private static Row send(
      String method, String path, String body, Set<String> roles, Integer... letIn) {
    return new Row(method, "/api/v1/" + path, "application/json", body, roles, Set.of(letIn));
  }

  private static Row ticks(Set<String> roles, Integer... letIn) {
    return new Row("POST", "/api/v1/market/ticks", "text/csv", "a,b", roles, Set.of(letIn));
  }

  private static Row breakStep(String step, Set<String> roles) {
    return send("POST", "reconciliation/breaks/" + UNKNOWN + "/" + step, "{}", roles, 400);
  }

  private static final Set<String> TRADER = Set.of("trader");
  private static final Set<String> TRADER_OR_OPS = Set.of("trader", "ops");
  private static final Set<String> OVERSEERS = Set.of("trader", "ops", "admin", "risk");

  static Stream<Row> contract() {
    return Stream.of(
        get("status", ANY, 200),
        get("symbols", ANY, 200),
        get("market/quote/TCS", ANY, 200),
        send("POST", "market/quotes", "{\"symbols\":[\"TCS\"]}", ANY, 200),
        get("historical?symbol=TCS&interval=1d", ANY, 200),
        ticks(Set.of("feed"), 400),
        send("POST", "orders/place", "{}", TRADER, 400),
        send("POST", "orders/batch", "{}", TRADER, 400),
        get("orders/" + UNKNOWN, TRADER, 404),
        send("DELETE", "orders/" + UNKNOWN, null, TRADER, 404),
        send("PUT", "orders/" + UNKNOWN, "{}", TRADER, 400),
        send("DELETE", "orders", null, TRADER, 200),
        get("halts", ANY, 200),
        send("PUT", "halts/TCS", "{}", Set.of("risk", "ops", "admin"), 400),
        send("DELETE", "halts/TCS", null, Set.of("risk", "ops", "admin"), 200),
        get("trading-modes", Set.of("trader", "risk", "ops", "admin"), 200, 400),
        send("PUT", "trading-modes/" + UNKNOWN, "{}", Set.of("risk", "admin"), 400),
        get("orders/" + UNKNOWN + "/events", TRADER, 404),
        get("orders/history", TRADER, 200),
        get("trades", TRADER, 200),
        get("performance/cache", Set.of("ops"), 200),
        send("POST", "performance/cache/flush?prefix=none", null, Set.of("ops", "admin"), 400),
        get("performance/queries", Set.of("ops"), 200),
        get("performance/summary", Set.of("ops"), 200),
        get("performance/slow-queries", Set.of("ops"), 200),
        get("performance/statements", Set.of("ops"), 200),
        get("performance/indexes", Set.of("ops"), 200),
        get("performance/recommendations", Set.of("ops"), 200),
        get("performance/recommendations/0123456789abcdef", Set.of("ops"), 404),
        send(
            "POST", "performance/recommendations/0123456789abcdef/trial", "{}", Set.of("ops"), 404),
        send(
            "POST",
            "performance/recommendations/0123456789abcdef/rollback",
            "",
            Set.of("ops"),
            404),
        get("performance/pool", Set.of("ops"), 200),
        get("performance/read-routing", Set.of("ops"), 200),
        get("performance/database", Set.of("ops"), 200),
        get("performance/load-tests", Set.of("ops"), 200),
        send("POST", "performance/load-tests", "{}", Set.of("ops"), 400),
        get("accounts?limit=1", Set.of("risk", "ops", "admin"), 200),
        get("portfolio/summary", TRADER, 200),
        get("portfolio/pnl/daily", TRADER, 200),
        get("dashboard/summary", TRADER, 200),
        get("corporate-actions", ANY, 200),
        send("POST", "corporate-actions", "{}", Set.of("ops", "admin"), 400),
        send("POST", "corporate-actions/" + UNKNOWN + "/apply", null, Set.of("ops", "admin"), 404),
        get("positions/active", TRADER, 200),
        get("positions/open", TRADER, 200),
        get("positions/" + UNKNOWN, TRADER, 404),
        send("POST", "reconciliation/statements", "[]", TRADER_OR_OPS, 400),
        send("POST", "reconciliation/statements/" + UNKNOWN + "/compare", "", TRADER_OR_OPS, 404),
        get("reconciliation/status", OVERSEERS, 200),
        get("reconciliation/logs", OVERSEERS, 200),
        get("reconciliation/breaks", OVERSEERS, 200),
        get("reconciliation/breaks/" + UNKNOWN, OVERSEERS, 404),
        breakStep("explain", Set.of("trader", "ops", "admin")),
        breakStep("reopen", Set.of("trader", "ops", "admin")),
        breakStep("adjust", Set.of("ops", "admin")),
        breakStep("close", Set.of("ops", "admin")),
        get("guards/status", OVERSEERS, 200),
        send("POST", "guards/rearm", "{}", Set.of("risk"), 400),
        get("risk/limits", Set.of("trader", "risk"), 200, 400),
        send("PUT", "risk/limits", "{}", Set.of("risk"), 400),
        get("risk/limits/default", Set.of("trader", "risk"), 200),
        send("PUT", "risk/limits/default", "{}", Set.of("risk"), 400),
        get("risk/restricted-symbols", Set.of("risk", "auditor", "admin"), 200),
        send("PUT", "risk/restricted-symbols/TCS", "{}", Set.of("risk"), 400),
        send("DELETE", "risk/restricted-symbols/TCS", null, Set.of("risk"), 404),
        get("compliance/algos", Set.of("risk", "auditor", "admin"), 200),
        send("PUT", "compliance/algos/NSE-1", "{}", Set.of("risk"), 400),
        send("DELETE", "compliance/algos/NSE-1", null, Set.of("risk"), 400),
        get("risk/var", Set.of("trader", "risk"), 200, 400),
        send("POST", "risk/var", "{}", Set.of("trader", "risk"), 400),
        get("risk/backtest", Set.of("trader", "risk"), 422, 400, 200),
        send("POST", "risk/backtest", "{}", Set.of("trader", "risk"), 400),
        send("POST", "risk/stress", "{}", Set.of("trader", "risk"), 400),
        send("POST", "auth/logout", "{}", ANY, 400),
        get("users?limit=1", Set.of("admin", "auditor"), 200),
        get("users/nobody", Set.of("admin", "auditor"), 404),
        send("POST", "users", "{}", Set.of("admin"), 400),
        send("PUT", "users/nobody", "{}", Set.of("admin"), 400),
        send("PUT", "users/nobody/password", "{}", Set.of("admin"), 400),
        send("POST", "users/nobody/unlock", null, Set.of("admin"), 404),
        send("POST", "users/nobody/logout", null, Set.of("admin"), 404),
        get("approvals?limit=1", Set.of("risk", "auditor"), 200),
        get("approvals/" + UNKNOWN, Set.of("risk", "auditor"), 404),
        send("POST", "approvals/" + UNKNOWN + "/approve", "{}", Set.of("risk"), 404),
        send("POST", "approvals/" + UNKNOWN + "/refuse", "{}", Set.of("risk"), 400),
        get("risk/events?limit=1", Set.of("trader", "risk"), 200),
        get("risk/metrics", Set.of("trader", "risk"), 200, 400),
        send("POST", "risk/kill-switch", "{}", Set.of("risk", "ops", "admin"), 400),
        get("strategies", Set.of("trader", "risk", "admin"), 200),
        get("strategies/rsi", Set.of("trader", "risk", "admin"), 200),
        send("PUT", "strategies/rsi", "{}", Set.of("risk", "admin"), 400),
        get("strategies/rsi/signals?limit=1", Set.of("trader", "risk", "admin"), 200),
        get("strategies/rsi/performance", Set.of("trader", "risk", "admin"), 200),
        send("POST", "strategies/rsi/run", "{}", TRADER, 400),
        send("POST", "strategies/rsi/backtest", "{}", TRADER, 400),
        get("compliance/report", Set.of("risk", "auditor", "admin"), 200),
        get("audit/log?limit=1", Set.of("auditor"), 200),
        get("audit/verify", Set.of("auditor"), 200),
        get("audit/checkpoint", Set.of("auditor"), 200),
        get("audit/proof/" + UNKNOWN, Set.of("auditor"), 404),
        get("audit/proof?from=1", Set.of("auditor"), 200),
        get("audit/export?from=0&to=0", Set.of("auditor"), 200));
  }

  @ParameterizedTest
  @MethodSource("contract")
  void onlyTheContractsRolesAreLetIn(Row row, Api api) {
    Problems.expect(call(api.anonymous(), row), 401);
    for (Map.Entry<String, String> user : USERS.entrySet()) {
      Answer answer = call(api.as(user.getValue()), row);
      if (row.roles.contains(user.getKey())) {
        assertThat(answer.status()).as(user.getKey() + ": " + answer).isIn(row.letIn);
      } else {
        assertThat(answer.status()).as(user.getKey() + ": " + answer).isEqualTo(403);
        Problems.expect(answer, 403);
      }
    }
  }

  @Test
  void theMatrixHasARowForEveryDocumentedPathThatNeedsAToken(Api api) {
    Set<String> documented = new TreeSet<>();
    OpenApi.of(api)
        .operations()
        .forEach(
            o -> {
              if (o.needsToken()) {
                documented.add(o.method() + " " + o.path());
              }
            });
    Set<String> rows = new TreeSet<>(contract().map(Row::template).toList());
    assertThat(rows).containsExactlyInAnyOrderElementsOf(documented);
  }

  @Test
  void pathsWithoutTokenAreOpenToAll(Api api) {
    for (String path :
        List.of(
            "/health",
            "/health/live",
            "/health/ready",
            "/health/started",
            "/metrics",
            "/openapi",
            "/api/v1/metrics")) {
      assertThat(api.anonymous().get(path).status()).as(path).isEqualTo(200);
    }
  }

  private static Answer call(Caller caller, Row row) {
    return row.body == null
        ? caller.send(caller.request(row.path).method(row.method, BodyPublishers.noBody()))
        : caller.send(row.method, row.path, row.contentType, BodyPublishers.ofString(row.body));
  }
}
