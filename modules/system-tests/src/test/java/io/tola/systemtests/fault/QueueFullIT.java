package io.tola.systemtests.fault;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More orders than the queue holds are refused at once, not kept waiting, and nothing is half-done. */
@ExtendWith(SharedPlatform.class)
class QueueFullIT {

  private static final int REQUESTS = 16;
  private static final int ORDERS = 500;

  @Test
  void theQueueIsBoundedAndSaysSo(TestPlatform platform) throws Exception {
    Api api = platform.api();
    Caller trader = api.trader(32);
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    // The account is locked by somebody else, so its lane stands still while orders pile up.
    try (Connection connection = platform.database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT 1 FROM accounts WHERE name = 'trader32' FOR UPDATE");
      for (int i = 0; i < REQUESTS; i++) {
        String body = batch(i).toString();
        sent.add(CompletableFuture.supplyAsync(() -> send(trader, body)));
      }
      Thread.sleep(1_000);
      connection.rollback();
    }

    int full = 0;
    for (CompletableFuture<Answer> answer : sent) {
      full += refusals(answer.join());
    }

    assertThat(full).as("orders refused because the queue was full").isPositive();
    api.anonymous().await("/health/ready", Duration.ofSeconds(30), a -> a.status() == 200);
    assertThat(trader.placeSurely(market("full-after", "ITC", "BUY", 1)).text("status"))
        .isIn("FILLED", "REJECTED");
    new Books(platform.sql()).balance();
  }

  private static Answer send(Caller trader, String body) {
    return trader.send("POST", "/api/v1/orders/batch", body);
  }

  private static ObjectNode batch(int number) {
    ObjectNode batch = Api.object();
    ArrayNode orders = batch.putArray("orders");
    for (int i = 0; i < ORDERS; i++) {
      orders.add(market("full-" + number + "-" + i, "ITC", "BUY", 1));
    }
    return batch;
  }

  /** How many orders of the batch met a full queue; every other outcome must be a known one. */
  private static int refusals(Answer answer) {
    if (answer.status() == 503) {
      assertThat(answer.header("Retry-After")).isPresent();
      return answer.json().get("code").asInt() == 1503 ? ORDERS : 0;
    }
    int full = 0;
    for (JsonNode outcome : answer.expect(200).json().get("outcomes")) {
      int status = outcome.get("status").asInt();
      assertThat(status).isIn(200, 201, 503);
      if (status == 503 && outcome.get("problem").get("code").asInt() == 1503) {
        full++;
      }
    }
    return full;
  }
}
