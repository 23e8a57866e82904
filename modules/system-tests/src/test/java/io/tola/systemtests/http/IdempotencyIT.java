package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An order is placed once however often it is sent. */
@ExtendWith(SharedPlatform.class)
class IdempotencyIT {

  @Test
  void aRepeatIsAnsweredWithTheStoredOutcomeAndChangesNothing(TestPlatform platform) {
    Caller trader = platform.api().trader(8);
    Answer first = trader.place(market("again", "ITC", "BUY", 4)).expect(201);

    Answer second = trader.place(market("again", "ITC", "BUY", 4)).expect(200);

    assertThat(second.json()).isEqualTo(first.json());
    assertThat(executionsOf(platform, trader, "again")).isEqualTo(1);
  }

  @Test
  void thirtyTwoAtOnceExecuteOnce(TestPlatform platform) {
    Caller trader = platform.api().trader(8);
    for (int round = 0; round < 5; round++) {
      String id = "at-once-" + round;
      List<CompletableFuture<Answer>> sent =
          IntStream.range(0, 32)
              .mapToObj(i -> trader.placing(market(id, "SBIN", "BUY", 2)))
              .toList();

      List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

      assertThat(answers).extracting(Answer::status).containsOnly(200, 201);
      assertThat(answers).filteredOn(a -> a.status() == 201).hasSize(1);
      assertThat(answers)
          .extracting(a -> a.text("order_id"))
          .containsOnly(answers.get(0).text("order_id"));
      assertThat(executionsOf(platform, trader, id)).isEqualTo(1);
      assertThat(
              platform
                  .sql()
                  .count(
                      "SELECT coalesce(sum(last_qty), 0) FROM executions e JOIN orders o USING (order_id)"
                          + " WHERE o.client_order_id = ? AND e.exec_type = 'TRADE'",
                      id))
          .isEqualTo(2);
    }
  }

  @Test
  void theSameIdForAnotherOrderIsAConflictAndStoresNothing(TestPlatform platform) {
    Caller trader = platform.api().trader(8);
    trader.place(market("taken", "ITC", "BUY", 1)).expect(201);
    List<ObjectNode> others =
        List.of(
            market("taken", "ITC", "BUY", 2),
            market("taken", "TCS", "BUY", 1),
            market("taken", "ITC", "SELL", 1),
            market("taken", "ITC", "BUY", 1).put("product", "MIS"),
            market("taken", "ITC", "BUY", 1).put("order_type", "LIMIT").put("price", 400));
    for (ObjectNode other : others) {
      Problems.expect(trader.place(other), 409, 1410);
    }
    assertThat(executionsOf(platform, trader, "taken")).isEqualTo(1);
  }

  @Test
  void aRefusedOrderStaysRefusedWhenRepeated(TestPlatform platform) {
    Caller trader = platform.api().trader(8);
    Answer first = trader.place(market("refused", "NESTLEIND", "SELL", 1)).expect(201);
    assertThat(first.text("status")).isEqualTo("REJECTED");
    assertThat(trader.place(market("refused", "NESTLEIND", "SELL", 1)).expect(200).json())
        .isEqualTo(first.json());
  }

  @Test
  void twoAccountsMayUseTheSameId(TestPlatform platform) {
    Answer one = platform.api().trader(8).place(market("shared-id", "ITC", "BUY", 1)).expect(201);
    Answer other = platform.api().trader(9).place(market("shared-id", "ITC", "BUY", 1)).expect(201);
    assertThat(one.text("order_id")).isNotEqualTo(other.text("order_id"));
  }

  @Test
  void anIdempotencyKeyStandsInForTheClientOrderId(TestPlatform platform) {
    Caller trader = platform.api().trader(9);
    ObjectNode order = market("x", "ITC", "BUY", 1);
    order.remove("client_order_id");
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      answers.add(
          trader.send(
              trader
                  .request("/api/v1/orders/place")
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", "key-1")
                  .POST(BodyPublishers.ofString(order.toString()))));
    }
    answers.get(0).expect(201);
    answers.get(1).expect(200);
    assertThat(answers.get(0).text("client_order_id")).isEqualTo("key-1");
    assertThat(answers.get(1).json()).isEqualTo(answers.get(0).json());
  }

  private static long executionsOf(TestPlatform platform, Caller trader, String id) {
    return platform
        .sql()
        .count(
            "SELECT count(*) FROM orders WHERE account_id = ?::uuid AND client_order_id = ?",
            trader.accountId(),
            id);
  }
}
