package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many orders in one request: an outcome each, in order, and one bad one fails alone. */
@ExtendWith(SharedPlatform.class)
class BatchIT {

  private static final String BATCH = "/api/v1/orders/batch";

  @Test
  void fiveHundredOrdersGetTheirOutcomesInOrder(TestPlatform platform) {
    Caller trader = platform.api().trader(10);
    ObjectNode batch = Api.object();
    ArrayNode orders = batch.putArray("orders");
    for (int i = 0; i < 500; i++) {
      orders.add(market("bulk-" + i, i % 2 == 0 ? "ITC" : "SBIN", "BUY", 1));
    }

    List<JsonNode> outcomes = outcomes(trader.post(BATCH, batch));

    assertThat(outcomes).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(order(outcomes.get(i)).get("client_order_id").asText()).isEqualTo("bulk-" + i);
    }
    List<JsonNode> again = outcomes(trader.post(BATCH, batch));
    for (int i = 0; i < 500; i++) {
      assertThat(order(again.get(i)).get("order_id"))
          .isEqualTo(order(outcomes.get(i)).get("order_id"));
    }
    assertThat(
            platform.sql().count("SELECT count(*) FROM orders WHERE client_order_id LIKE 'bulk-%'"))
        .isEqualTo(500);
  }

  @Test
  void oneBadOrderFailsAlone(Api api) {
    Caller trader = api.trader(11);
    ObjectNode batch = Api.object();
    batch
        .putArray("orders")
        .add(market("mixed-1", "ITC", "BUY", 1))
        .add(market("mixed-2", "NOSUCH", "BUY", 1))
        .add(market("mixed-3", "ITC", "SELL", 100_000))
        .add(market("mixed-1", "ITC", "BUY", 1))
        .add(market("mixed-1", "ITC", "BUY", 9))
        .add(market("mixed-4", "SBIN", "BUY", 1));

    Answer answer = trader.post(BATCH, batch);
    List<JsonNode> outcomes = outcomes(answer);

    assertThat(outcomes).as(answer.toString()).hasSize(6);
    assertThat(order(outcomes.get(0)).get("status").asText()).isEqualTo("FILLED");
    assertThat(problem(outcomes.get(1)).get("status").asInt()).isEqualTo(422);
    assertThat(order(outcomes.get(2)).get("status").asText()).isEqualTo("REJECTED");
    assertThat(order(outcomes.get(3)).get("order_id"))
        .isEqualTo(order(outcomes.get(0)).get("order_id"));
    assertThat(problem(outcomes.get(4)).get("status").asInt()).isEqualTo(409);
    assertThat(order(outcomes.get(5)).get("status").asText()).isEqualTo("FILLED");
  }

  @Test
  void fiveHundredAndOneAreRefusedWhole(TestPlatform platform) {
    Caller trader = platform.api().trader(11);
    ObjectNode batch = Api.object();
    ArrayNode orders = batch.putArray("orders");
    for (int i = 0; i < 501; i++) {
      orders.add(market("toomany-" + i, "ITC", "BUY", 1));
    }
    Problems.expectOneOf(trader.post(BATCH, batch), 400, 413);
    assertThat(
            platform
                .sql()
                .count("SELECT count(*) FROM orders WHERE client_order_id LIKE 'toomany-%'"))
        .isZero();
  }

  @Test
  void aMalformedOrderNamesItsPlaceInTheBatch(TestPlatform platform) {
    Caller trader = platform.api().trader(11);
    ObjectNode batch = Api.object();
    batch
        .putArray("orders")
        .add(market("place-1", "ITC", "BUY", 1))
        .add(market("place-2", "ITC", "BUY", -1));
    List<JsonNode> outcomes = outcomes(trader.post(BATCH, batch));
    assertThat(order(outcomes.get(0)).get("status").asText()).isEqualTo("FILLED");
    assertThat(outcomes.get(1).get("status").asInt()).isEqualTo(400);
    assertThat(problem(outcomes.get(1)).get("errors").findValuesAsText("field"))
        .contains("orders[1].quantity");
    assertThat(
            platform
                .sql()
                .count("SELECT count(*) FROM orders WHERE client_order_id LIKE 'place-%'"))
        .isEqualTo(1);
  }

  @Test
  void anEmptyBatchIsRefused(Api api) {
    Problems.expect(api.trader(11).post(BATCH, Api.parse("{\"orders\":[]}")), 400);
  }

  private static List<JsonNode> outcomes(Answer answer) {
    answer.expect(200);
    return answer.json().get("outcomes").valueStream().toList();
  }

  private static JsonNode order(JsonNode outcome) {
    return outcome.get("order");
  }

  private static JsonNode problem(JsonNode outcome) {
    return outcome.get("problem");
  }
}
