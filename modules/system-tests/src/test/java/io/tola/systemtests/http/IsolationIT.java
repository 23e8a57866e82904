package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A trader sees and moves the own account only; another's ids don't exist. */
@ExtendWith(SharedPlatform.class)
class IsolationIT {

  private final Caller mine;
  private final Caller other;

  IsolationIT(Api api) {
    mine = api.trader(13);
    other = api.trader(14);
  }

  @Test
  void anothersOrderCanBeNeitherReadNorCanceled() {
    String resting =
        mine.place(limit("secret-1", "INFY", "BUY", 1, MainJobIT.farBelow(mine, "INFY")))
            .expect(201)
            .text("order_id");

    Answer read = Problems.expect(other.order(resting), 404);
    Problems.expect(other.get("/api/v1/orders/" + resting + "/events"), 404);
    Problems.expect(other.cancel(resting), 404);

    Answer unknown = Problems.expect(other.order("01900000-0000-7000-8000-000000000000"), 404);
    assertThat(read.text("code")).isEqualTo(unknown.text("code"));
    assertThat(mine.order(resting).expect(200).text("status")).isEqualTo("NEW");
    mine.cancel(resting).expect(200);
  }

  @Test
  void anothersPositionDoesNotExist() {
    mine.place(market("secret-2", "TITAN", "BUY", 1)).expect(201);
    String position =
        mine.get("/api/v1/positions/active").expect(200).items().get(0).get("position_id").asText();
    mine.get("/api/v1/positions/" + position).expect(200);
    Problems.expect(other.get("/api/v1/positions/" + position), 404);
  }

  @Test
  void anothersAccountTakesNoOrders() {
    Answer answer =
        other.place(market("steal-1", "ITC", "BUY", 1).put("account_id", mine.accountId()));
    Problems.expect(answer, 404, 4404);
    assertThat(mine.get("/api/v1/orders/history?limit=500").expect(200).items())
        .extracting(o -> o.get("client_order_id").asText())
        .doesNotContain("steal-1");
  }

  @Test
  void listsHoldOnlyTheOwnAccount() {
    mine.place(market("own-1", "ITC", "BUY", 1)).expect(201);
    other.place(market("own-2", "ITC", "BUY", 1)).expect(201);
    String account = mine.accountId();
    for (String path :
        new String[] {
          "/api/v1/orders/history",
          "/api/v1/trades",
          "/api/v1/positions/active",
          "/api/v1/positions/open"
        }) {
      assertThat(mine.get(path).expect(200).items())
          .as(path)
          .isNotEmpty()
          .extracting((JsonNode item) -> item.get("account_id").asText())
          .containsOnly(account);
    }
  }

  @Test
  void aParameterDoesNotOpenAnothersAccount() {
    String account = mine.accountId();
    for (String path :
        new String[] {
          "/api/v1/portfolio/summary?account_id=" + account,
          "/api/v1/risk/limits?account_id=" + account,
          "/api/v1/risk/var?account_id=" + account,
          "/api/v1/risk/backtest?account_id=" + account
        }) {
      Answer answer = other.get(path);
      assertThat(answer.status()).as(path + " " + answer).isIn(400, 403, 404);
    }
  }
}
