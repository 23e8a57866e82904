package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A guard sees a loss by itself and does what it is set to do: here reduce-only for drawdowns. */
@ExtendWith(SharedPlatform.class)
class GuardsIT {

  private static final int ROUNDS = 5;

  private final TestPlatform platform;
  private final Api api;
  private final Caller risk;
  private final Caller trader;
  private final String account;

  GuardsIT(TestPlatform platform) {
    this.platform = platform;
    api = platform.api();
    risk = api.as("risk");
    trader = api.trader(18);
    account = trader.accountId();
  }

  @Test
  void aDrawdownReducesItsAccountWithinTheContractsFiveSecondsAndOnlyAPersonRearms() {
    trader.place(market("guard-0", "ITC", "BUY", 1)).expect(201);
    trader.await(
        "/api/v1/guards/status",
        Duration.ofSeconds(30),
        s -> s.status() == 200 && s.json().get("accounts").size() == 1);
    List<Long> millis = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      assertThat(place("guard-armed-" + round)).isEqualTo("FILLED");
      long began = System.nanoTime();
      lostAFifth();
      awaitReduceOnly();
      millis.add((System.nanoTime() - began) / 1_000_000);
      assertThat(place("guard-tripped-" + round)).isEqualTo("REJECTED");
      JsonNode seen = drawdown();
      assertThat(seen.get("level").asText()).isEqualTo("critical");
      assertThat(seen.get("tripped").asBoolean()).isTrue();
      Problems.expect(rearm(trader), 403);
      Problems.expect(rearm(api.as("ops")), 403);

      rearm(risk).expect(200);
      resume();
    }
    System.out.println("guards: from the condition to the action, ms: " + millis);
    assertThat(millis).as("the contract's five seconds").allMatch(ms -> ms <= 5_000);
    assertThat(
            api.as("auditor")
                .get("/api/v1/audit/log?action=guard_tripped&account_id=" + account)
                .expect(200)
                .items())
        .hasSize(ROUNDS);
    assertThat(
            risk.get("/api/v1/risk/events?type=guard_rearmed&account_id=" + account)
                .expect(200)
                .items())
        .hasSize(ROUNDS);
  }

  /** What the account had at its best moment grows, so the books stay as they are. */
  private void lostAFifth() {
    platform
        .sql()
        .execute(
            "UPDATE equity_peaks SET peak_pnl = pnl + 2500000, peak_at = now() WHERE account_id = '"
                + account
                + "'");
  }

  private void awaitReduceOnly() {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (platform
            .sql()
            .count(
                "SELECT count(*) FROM trading_states WHERE mode = 'REDUCE_ONLY' AND account_id = ?::uuid",
                account)
        == 0) {
      assertThat(System.nanoTime()).as("the guard doesn't act").isLessThan(until);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private String place(String id) {
    return trader.place(market(id, "ITC", "BUY", 1)).expect(201).text("status");
  }

  private JsonNode drawdown() {
    return trader
        .get("/api/v1/guards/status")
        .expect(200)
        .json()
        .get("accounts")
        .get(0)
        .get("guard");
  }

  private Answer rearm(Caller caller) {
    return caller.post(
        "/api/v1/guards/rearm",
        Api.object().put("guard", "drawdown").put("scope", account).put("reason", "a test"));
  }

  private void resume() {
    risk.post(
            "/api/v1/risk/kill-switch",
            Api.object().put("action", "resume").put("account_id", account).put("reason", "a test"))
        .expect(200);
  }
}
