package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Brokers' statements over REST: what differs, who may settle it; and the guard that a loss trips. */
@ExtendWith(SharedPlatform.class)
class ReconciliationIT {

  private static final String BASE = "/api/v1/reconciliation/";

  private final Api api;
  private final Caller trader;
  private final Caller ops;

  ReconciliationIT(Api api) {
    this.api = api;
    trader = api.trader(TRADER);
    ops = api.as("ops");
  }

  private static final int TRADER = 61;

  @Test
  void aBreakIsExplainedByOneAdjustedByAnotherAndGoneInTheNextComparison() {
    trader.placeSurely(market("rec-1", "WIPRO", "BUY", 10)).expect(201);
    String account = trader.accountId();
    JsonNode held = trader.get("/api/v1/positions/active?symbol=WIPRO").expect(200).items().get(0);
    long shares = held.get("quantity").asLong();
    String csv =
        "tradingsymbol,quantity,average_price\nWIPRO,%d,%s\n"
            .formatted(shares + 5, held.get("average_price").asText());

    Answer run = upload(trader, "?kind=holdings", "text/csv", csv).expect(200);

    assertThat(run.json().get("found").get("quantity").asInt()).isEqualTo(1);
    JsonNode found =
        trader.get(BASE + "breaks?state=open&class=quantity&limit=1").expect(200).items().get(0);
    assertThat(found.get("theirs").get("quantity").asLong()).isEqualTo(shares + 5);
    String at = BASE + "breaks/" + found.get("break_id").asText();
    trader
        .post(
            at + "/explain",
            Api.object()
                .put("version", 1)
                .put("explanation", "five came by a transfer")
                .put("propose_booking", true))
        .expect(200);
    Problems.expect(trader.post(at + "/adjust", Api.object().put("version", 2)), 403, 6404);
    Problems.expect(ops.post(at + "/adjust", Api.object().put("version", 1)), 409, 4412);
    Answer adjusted = ops.post(at + "/adjust", Api.object().put("version", 2)).expect(200);
    assertThat(adjusted.text("state")).isEqualTo("adjusted");

    assertThat(
            trader
                .get("/api/v1/positions/active?symbol=WIPRO")
                .expect(200)
                .items()
                .get(0)
                .get("quantity")
                .asLong())
        .isEqualTo(shares + 5);
    Answer again =
        trader
            .send("POST", BASE + "statements/" + run.text("statement_id") + "/compare", "")
            .expect(200);
    assertThat(again.json().get("cleared").asInt()).isEqualTo(1);
    assertThat(ops.get(at).expect(200).text("state")).isEqualTo("closed");
    assertThat(
            api.as("auditor")
                .get("/api/v1/audit/log?account_id=" + account + "&limit=100")
                .expect(200)
                .items())
        .extracting(entry -> entry.get("action").asText())
        .contains(
            "statement_compared",
            "reconciliation_break_explained",
            "reconciliation_break_adjusted");
    assertThat(trader.get(BASE + "logs?hours=1").expect(200).items())
        .extracting(line -> line.get("event").asText())
        .contains("break_opened", "break_explained", "break_adjusted", "break_closed");
    assertThat(trader.get(BASE + "status?limit_events=5").expect(200).json().get("events"))
        .hasSize(5);
  }

  @Test
  void whoExplainedABreakCantSettleIt() {
    String account = api.trader(TRADER + 1).accountId();
    upload(ops, "?kind=holdings&account_id=" + account, "text/csv", "symbol,quantity\nZZZ,3\n")
        .expect(200);
    JsonNode found =
        ops.get(BASE + "breaks?state=open&account_id=" + account).expect(200).items().get(0);
    String at = BASE + "breaks/" + found.get("break_id").asText();
    ops.post(
            at + "/explain",
            Api.object().put("version", 1).put("explanation", "test").put("propose_booking", false))
        .expect(200);
    Problems.expect(ops.post(at + "/adjust", Api.object().put("version", 2)), 403, 4410);
    Problems.expect(
        ops.post(at + "/close", Api.object().put("version", 2).put("reason", "x")), 403, 4410);
    api.as("admin")
        .post(at + "/close", Api.object().put("version", 2).put("reason", "accepted"))
        .expect(200);
  }

  @Test
  void theBrokersJsonIsTakenAsItIs() {
    Answer run =
        upload(
                api.trader(TRADER + 2),
                "?kind=positions",
                "application/json",
                "{\"status\":\"success\",\"data\":{\"net\":[{\"tradingsymbol\":\"SBIN\",\"exchange\":"
                    + "\"NSE\",\"product\":\"MIS\",\"quantity\":-4,\"average_price\":700.5,\"nested\":"
                    + "{\"a\":[1]}}],\"day\":[]}}")
            .expect(200);
    assertThat(run.json().get("found").get("missing_here").asInt()).isEqualTo(1);
  }

  @Test
  void statementsThatCantBeUnderstoodLeaveNothingAndNameTheirLines() {
    Caller other = api.trader(TRADER + 3);
    Answer wrong =
        Problems.expect(
            upload(other, "?kind=holdings", "text/csv", "symbol,quantity\nSBIN,1\nTCS,x\n"),
            422,
            4422);
    assertThat(Problems.fields(wrong)).containsExactly("line 3: quantity");
    Problems.expect(upload(other, "?kind=holdings", "text/csv", "quantity\n1\n"), 422, 4422);
    Problems.expect(
        upload(other, "?kind=holdings", "text/csv", "symbol,quantity,symbol\nA,1,B\n"), 422, 4422);
    Problems.expect(
        other.send(
            "POST",
            BASE + "statements?kind=holdings",
            "text/csv",
            BodyPublishers.ofByteArray(
                "symbol,quantity\nSBIN,1\n".getBytes(StandardCharsets.UTF_16))),
        422,
        4422);
    Problems.expect(
        upload(
            other, "?kind=holdings", "text/csv", "symbol,quantity\n" + "A,1\n".repeat(1_000_000)),
        422,
        4422);
    Problems.expect(upload(other, "?kind=holdings", "application/json", "{\"data\":"), 422, 4422);
    Problems.expect(upload(other, "", "text/csv", "symbol,quantity\n"), 400);
    Problems.expect(upload(other, "?kind=nothing", "text/csv", "symbol,quantity\n"), 400);
    Problems.expect(
        upload(other, "?kind=holdings", "text/csv; charset=utf-16", "symbol,quantity\n"), 415);
    Problems.expect(
        upload(
            other,
            "?kind=holdings&account_id=" + trader.accountId(),
            "text/csv",
            "symbol,quantity\n"),
        404);
    JsonNode status = other.get(BASE + "status").expect(200).json();
    assertThat(status.get("statements")).isEmpty();
    assertThat(status.get("breaks")).isEmpty();
  }

  /** Shares delivered in at ten times their price are a loss at once, and no other test's business. */
  @Test
  void aDrawdownReducesTheAccountAndOnlyAPersonWithRoleRiskRearmsTheGuard() {
    Caller loser = api.trader(TRADER + 4);
    loser.placeSurely(market("guard-1", "ITC", "BUY", 1)).expect(201);
    String account = loser.accountId();
    BigDecimal dear = loser.quote("ITC").get("last").decimalValue().multiply(BigDecimal.TEN);
    upload(
            loser,
            "?kind=holdings",
            "text/csv",
            "symbol,quantity,average_price\nITC,100001," + dear.toPlainString() + "\n")
        .expect(200);
    JsonNode found = loser.get(BASE + "breaks?state=open").expect(200).items().get(0);
    String at = BASE + "breaks/" + found.get("break_id").asText();
    loser
        .post(
            at + "/explain",
            Api.object()
                .put("version", 1)
                .put("explanation", "a transfer")
                .put("propose_booking", true))
        .expect(200);
    ops.post(at + "/adjust", Api.object().put("version", 2)).expect(200);

    Answer tripped =
        loser.await(
            "/api/v1/guards/status",
            Duration.ofSeconds(30),
            answer -> drawdown(answer).path("tripped").asBoolean());

    assertThat(drawdown(tripped).get("level").asText()).isEqualTo("critical");
    assertThat(loser.place(market("guard-2", "ITC", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("REJECTED");
    assertThat(loser.placeSurely(market("guard-3", "ITC", "SELL", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
    ObjectNode rearm =
        Api.object().put("guard", "drawdown").put("scope", account).put("reason", "looked into");
    Problems.expect(loser.post("/api/v1/guards/rearm", rearm), 403);
    Problems.expect(ops.post("/api/v1/guards/rearm", rearm), 403);
    Caller risk = api.as("risk");
    Answer armed = risk.post("/api/v1/guards/rearm", rearm).expect(200);
    assertThat(armed.json().get("tripped").asBoolean()).isFalse();
    Problems.expect(risk.post("/api/v1/guards/rearm", rearm), 409, 2411);
    assertThat(loser.place(market("guard-4", "ITC", "BUY", 1)).expect(201).text("status"))
        .as("what the guard did stays done")
        .isEqualTo("REJECTED");
    risk.post(
            "/api/v1/risk/kill-switch",
            Api.object()
                .put("action", "resume")
                .put("account_id", account)
                .put("reason", "looked into"))
        .expect(200);
    assertThat(loser.placeSurely(market("guard-5", "ITC", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
    assertThat(
            api.as("auditor")
                .get("/api/v1/audit/log?account_id=" + account + "&limit=200")
                .expect(200)
                .items())
        .extracting(entry -> entry.get("action").asText())
        .contains("guard_tripped", "trading_state_changed", "guard_rearmed");
  }

  private static JsonNode drawdown(Answer status) {
    JsonNode accounts = status.json().path("accounts");
    return accounts.path(0).path("guard");
  }

  private static Answer upload(Caller caller, String query, String type, String body) {
    return caller.send("POST", BASE + "statements" + query, type, BodyPublishers.ofString(body));
  }
}
