package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits and the kill switch, set over REST, hold for the very next order. */
@ExtendWith(SharedPlatform.class)
class RiskIT {

  private final Api api;
  private final Caller risk;
  private final Caller trader;
  private final String account;

  RiskIT(Api api) {
    this.api = api;
    risk = api.as("risk");
    trader = api.trader(19);
    account = trader.accountId();
  }

  @AfterEach
  void resume() {
    kill(risk, "resume", null).expect(200);
    kill(risk, "resume", account).expect(200);
  }

  @Test
  void aLowerOrderValueLimitRefusesTheNextOrderAndAHigherOneLetsItPass() {
    trader.place(market("value-1", "RELIANCE", "BUY", 1)).expect(201);
    JsonNode before = limits();

    change(before, "max_order_value", "100").expect(200);

    Answer refused = trader.place(market("value-2", "RELIANCE", "BUY", 1)).expect(201);
    assertThat(refused.text("status")).isEqualTo("REJECTED");
    assertThat(refused.json().get("reject_code").asInt()).isBetween(2000, 2999);
    assertThat(refused.text("reject_reason")).contains("100");
    assertThat(trader.get("/api/v1/risk/limits").expect(200).decimal("max_order_value"))
        .isEqualByComparingTo("100");

    change(limits(), "max_order_value", "10000000").expect(200);
    assertThat(trader.place(market("value-3", "RELIANCE", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
    assertThat(
            api.as("auditor")
                .get("/api/v1/audit/log?actor=risk&account_id=" + account)
                .expect(200)
                .items())
        .anySatisfy(e -> assertThat(e.get("detail").toString()).contains("max_order_value"));
  }

  @Test
  void aPortfolioIsMeasuredAndTheSameSeedGivesTheSameFigures() {
    String body =
        "{\"positions\":[{\"symbol\":\"RELIANCE\",\"quantity\":100,\"price\":2500},"
            + "{\"symbol\":\"TCS\",\"quantity\":-20,\"price\":3000}],\"method\":\"monte_carlo\",\"seed\":7}";
    Answer first = trader.post("/api/v1/risk/var", Api.parse(body)).expect(200);
    Answer again = trader.post("/api/v1/risk/var", Api.parse(body)).expect(200);
    assertThat(first.decimal("var")).isPositive();
    assertThat(first.decimal("es")).isGreaterThanOrEqualTo(first.decimal("var"));
    assertThat(first.decimal("var_standard_error")).isPositive();
    assertThat(first.json().get("history").get("observations").asInt()).isGreaterThan(200);
    assertThat(again.decimal("var")).isEqualTo(first.decimal("var"));
    assertThat(again.decimal("es")).isEqualTo(first.decimal("es"));
  }

  @Test
  void whatCantBeMeasuredIsNamed() {
    for (String wrong :
        List.of("confidence=0", "confidence=1", "horizon_days=10000", "window=1", "lambda=0.9")) {
      Answer answer = Problems.expect(trader.get("/api/v1/risk/var?" + wrong), 422);
      assertThat(Problems.fields(answer)).containsExactly(wrong.substring(0, wrong.indexOf('=')));
    }
    Problems.expect(trader.get("/api/v1/risk/var?confidence=NaN"), 400);
    Answer unknown =
        Problems.expect(
            trader.post(
                "/api/v1/risk/var",
                Api.parse("{\"positions\":[{\"symbol\":\"NOSUCH\",\"quantity\":1}]}")),
            422);
    assertThat(Problems.fields(unknown)).containsExactly("positions[0].symbol");
    Problems.expect(
        trader.post(
            "/api/v1/risk/var",
            Api.parse("{\"account_ids\":[\"01900000-0000-7000-8000-000000000000\"]}")),
        404);
  }

  @Test
  void refusedOrdersAndChangedLimitsBecomeEventsForTheTraderAndForRisk() {
    change(limits(), "max_order_value", "100").expect(200);
    String refused =
        trader.place(market("event-1", "RELIANCE", "BUY", 1)).expect(201).text("order_id");
    change(limits(), "max_order_value", "10000000").expect(200);

    JsonNode event = awaitEvent("orders_refused", refused);
    assertThat(event.get("account_id").asText()).isEqualTo(account);
    assertThat(event.get("severity").asText()).isEqualTo("warning");
    assertThat(event.at("/detail/code").asInt()).isEqualTo(2060);
    assertThat(event.at("/detail/control").asText()).isEqualTo("order_value");
    JsonNode changed =
        trader
            .get("/api/v1/risk/events?type=limits_changed&severity=warning&limit=1")
            .expect(200)
            .items()
            .get(0);
    assertThat(changed.get("actor").asText()).isEqualTo("risk");
    assertThat(changed.at("/detail/after/max_order_value").decimalValue())
        .isEqualByComparingTo("10000000");
    assertThat(risk.get("/api/v1/risk/events?limit=500&account_id=" + account).expect(200).items())
        .extracting(e -> e.get("id").asText())
        .contains(event.get("id").asText(), changed.get("id").asText());
    assertThat(api.trader(20).get("/api/v1/risk/events?limit=500").expect(200).items())
        .as("another trader's events")
        .noneMatch(e -> account.equals(e.get("account_id").asText()));
    Problems.expect(api.trader(20).get("/api/v1/risk/events?account_id=" + account), 404);
  }

  private JsonNode awaitEvent(String type, String orderId) {
    long until = System.nanoTime() + java.util.concurrent.TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < until) {
      for (JsonNode event :
          trader.get("/api/v1/risk/events?limit=500&type=" + type).expect(200).items()) {
        if (orderId.equals(event.at("/detail/last_order_id").asText())) {
          return event;
        }
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("no event " + type + " about order " + orderId);
  }

  @Test
  void anOrdersTagStandsOnTheOrderAndInTheAuditTrail() {
    ObjectNode tagged = market("tag-1", "INFY", "BUY", 1);
    tagged.put("tag", "NSE-4711");
    String order = trader.place(tagged).expect(201).text("order_id");
    assertThat(trader.get("/api/v1/orders/" + order).expect(200).text("tag")).isEqualTo("NSE-4711");
    assertThat(trader.get("/api/v1/orders/" + order + "/events").expect(200).items())
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.get("order_id").asText()).isEqualTo(order));
    assertThat(api.as("auditor").get("/api/v1/audit/log?entity_id=" + order).expect(200).items())
        .anySatisfy(
            e -> {
              assertThat(e.get("action").asText()).isEqualTo("order_placed");
              assertThat(e.at("/detail/tag").asText()).isEqualTo("NSE-4711");
            });
  }

  @Test
  void exposureAndUseOfLimitsFollowTheOrders() {
    Caller holder = api.trader(20);
    holder.place(market("metrics-1", "WIPRO", "BUY", 40)).expect(201);
    holder
        .place(limit("metrics-2", "WIPRO", "BUY", 10, MainJobIT.farBelow(holder, "WIPRO")))
        .expect(201);
    JsonNode metrics = holder.get("/api/v1/risk/metrics").expect(200).json();
    assertThat(metrics.get("gross_exposure").decimalValue()).isPositive();
    assertThat(
            metrics
                .get("long_exposure")
                .decimalValue()
                .subtract(metrics.get("short_exposure").decimalValue()))
        .isEqualByComparingTo(metrics.get("net_exposure").decimalValue());
    assertThat(metrics.at("/concentration/herfindahl").decimalValue())
        .isBetween(new BigDecimal("0.01"), BigDecimal.ONE);
    assertThat(metrics.at("/value_at_risk/var").decimalValue()).isPositive();
    assertThat(metrics.at("/value_at_risk/es").decimalValue())
        .isGreaterThanOrEqualTo(metrics.at("/value_at_risk/var").decimalValue());
    assertThat(metrics.at("/drawdown/now").decimalValue())
        .isBetween(BigDecimal.ZERO, BigDecimal.ONE);
    assertThat(metrics.get("limit_use"))
        .anySatisfy(
            use -> {
              assertThat(use.get("limit").asText()).isEqualTo("max_open_order_value");
              BigDecimal used = use.get("used").decimalValue();
              assertThat(used).isPositive();
              assertThat(use.get("used_pct").decimalValue())
                  .isEqualByComparingTo(
                      used.movePointRight(2)
                          .divide(use.get("maximum").decimalValue(), 2, RoundingMode.HALF_UP));
            });
    assertThat(
            risk.get("/api/v1/risk/metrics?account_id=" + holder.accountId())
                .expect(200)
                .text("account_id"))
        .isEqualTo(holder.accountId());
    Problems.expect(risk.get("/api/v1/risk/metrics"), 400);
  }

  @Test
  void aRestrictedSymbolIsRefused() {
    ObjectNode body = body(limits());
    body.putArray("restricted_symbols").add("TCS");
    put(body).expect(200);
    Answer refused = trader.place(market("restricted-1", "TCS", "BUY", 1)).expect(201);
    assertThat(refused.text("status")).isEqualTo("REJECTED");
    assertThat(refused.text("reject_reason")).contains("TCS");
    body = body(limits());
    body.putArray("restricted_symbols");
    put(body).expect(200);
    assertThat(trader.place(market("restricted-2", "TCS", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
  }

  @Test
  void limitsOfAnOldVersionDontOverwriteNewOnes() {
    JsonNode old = limits();
    change(old, "max_position_quantity", "50000").expect(200);
    Problems.expect(change(old, "max_position_quantity", "60000"), 409);
    assertThat(limits().get("max_position_quantity").asLong()).isEqualTo(50_000);
  }

  @Test
  void absurdLimitsAreRefused() {
    for (String value : List.of("-1", "1e400", "\"many\"", "true", "12345678901234567890123")) {
      ObjectNode body = body(limits());
      body.remove("max_order_value");
      String text = body.toString();
      Answer answer =
          Problems.expectOneOf(
              risk.send(
                  "PUT",
                  "/api/v1/risk/limits?account_id=" + account,
                  text.substring(0, text.length() - 1) + ",\"max_order_value\":" + value + "}"),
              400,
              422);
      assertThat(Problems.fields(answer)).contains("max_order_value");
    }
  }

  @Test
  void tooManyOpenOrdersByValueAreRefused() {
    ObjectNode body = body(limits());
    body.put("max_open_order_value", 10_000);
    put(body).expect(200);
    String status = "";
    int resting = 0;
    for (int i = 0; i < 40 && !status.equals("REJECTED"); i++) {
      Answer answer =
          trader.place(limit("open-" + i, "ITC", "BUY", 5, MainJobIT.farBelow(trader, "ITC")));
      status = answer.expect(201).text("status");
      resting += status.equals("NEW") ? 1 : 0;
    }
    assertThat(status).isEqualTo("REJECTED");
    assertThat(resting).isPositive();
    trader
        .get("/api/v1/orders/history?status=NEW&limit=100")
        .expect(200)
        .items()
        .forEach(o -> trader.cancel(o.get("order_id").asText()).expect(200));
    body = body(limits());
    body.putNull("max_open_order_value");
    put(body).expect(200);
  }

  @Test
  void aHaltStopsEverybodyButCancelsAndAResumeLetsThemGoOn() {
    Caller other = api.trader(20);
    String resting =
        trader
            .place(limit("halt-1", "INFY", "BUY", 1, MainJobIT.farBelow(trader, "INFY")))
            .expect(201)
            .text("order_id");

    kill(risk, "halt", null).expect(200);

    for (Caller caller : List.of(trader, other)) {
      Answer refused = caller.place(market("halt-2", "INFY", "BUY", 1)).expect(201);
      assertThat(refused.text("status")).isEqualTo("REJECTED");
      assertThat(refused.json().get("reject_code").asInt()).isBetween(2000, 2999);
    }
    assertThat(api.as("viewer").get("/api/v1/status").expect(200).body()).contains("HALTED");
    assertThat(trader.cancel(resting).expect(200).text("status")).isEqualTo("CANCELED");
    kill(risk, "resume", null).expect(200);
    for (Caller caller : List.of(trader, other)) {
      assertThat(caller.place(market("halt-3", "INFY", "BUY", 1)).expect(201).text("status"))
          .isEqualTo("FILLED");
    }
  }

  @Test
  void reduceOnlyLetsPositionsShrinkAndNotGrow() {
    trader.place(market("reduce-1", "SBIN", "BUY", 10)).expect(201);
    kill(risk, "reduce", account).expect(200);

    assertThat(trader.place(market("reduce-2", "SBIN", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("REJECTED");
    assertThat(trader.place(market("reduce-3", "SBIN", "SELL", 4)).expect(201).text("status"))
        .isEqualTo("FILLED");
    assertThat(
            api.trader(20).place(market("reduce-4", "SBIN", "BUY", 1)).expect(201).text("status"))
        .as("another account")
        .isEqualTo("FILLED");
  }

  @Test
  void onlyRiskResumes() {
    kill(api.as("ops"), "halt", account).expect(200);
    Problems.expect(kill(api.as("ops"), "resume", account), 403);
    Problems.expect(kill(api.as("admin"), "resume", account), 403);
    Problems.expect(kill(trader, "resume", account), 403);
    assertThat(trader.place(market("resume-1", "ITC", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("REJECTED");
    kill(risk, "resume", account).expect(200);
    assertThat(trader.place(market("resume-2", "ITC", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
  }

  private JsonNode limits() {
    return risk.get("/api/v1/risk/limits?account_id=" + account).expect(200).json();
  }

  private Answer change(JsonNode limits, String field, String value) {
    ObjectNode body = body(limits);
    body.set(field, Api.parse(value));
    return put(body);
  }

  private Answer put(ObjectNode body) {
    return api.putLimits("/api/v1/risk/limits?account_id=" + account, body);
  }

  /** The limits as they can be sent back: without what the platform itself knows. */
  private static ObjectNode body(JsonNode limits) {
    ObjectNode body = limits.deepCopy();
    body.remove(List.of("account_id", "updated_by", "updated_at"));
    return body;
  }

  private static Answer kill(Caller caller, String action, String account) {
    ObjectNode body = Api.object().put("action", action).put("reason", "test");
    if (account != null) {
      body.put("account_id", account);
    }
    return caller.post("/api/v1/risk/kill-switch", body);
  }
}
