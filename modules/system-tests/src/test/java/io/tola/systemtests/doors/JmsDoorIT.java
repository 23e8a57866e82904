package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.standalone.EmbeddedBroker;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.DeadLetters;
import io.tola.systemtests.platform.OrdersByQueue;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders by the queue, with a plain JMS client. */
@ExtendWith(SharedPlatform.class)
class JmsDoorIT {

  private static final String TRADER = "trader40";
  private static final Duration SOON = Duration.ofMinutes(2);

  @Test
  void anOrderIsPlacedAnsweredAndFoundByRest(TestPlatform platform) throws Exception {
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER)) {
      OrdersByQueue.Answer answer = queue.ask("place", market("q-1", "ITC", "BUY", 3).toString());

      assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
      assertThat(answer.contentType()).isEqualTo("application/json");
      assertThat(answer.body().get("status").asText()).isEqualTo("FILLED");
      JsonNode byRest =
          platform
              .api()
              .as(TRADER)
              .order(answer.body().get("order_id").asText())
              .expect(200)
              .json();
      assertThat(byRest).isEqualTo(answer.body());
      assertThat(
              platform.sql().count("SELECT count(*) FROM audit_log WHERE actor = '" + TRADER + "'"))
          .isPositive();
    }
  }

  @Test
  void theSameOrderSentTwiceIsExecutedOnceAndAnsweredAlike(TestPlatform platform) throws Exception {
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER)) {
      String order = market("q-twice", "ITC", "BUY", 1).toString();
      String first = queue.send("place", order);
      String second = queue.send("place", order);

      OrdersByQueue.Answer one = queue.answer(first, SOON);
      OrdersByQueue.Answer other = queue.answer(second, SOON);

      assertThat(List.of(one.status(), other.status())).containsExactlyInAnyOrder(200, 201);
      assertThat(one.body()).isEqualTo(other.body());
      assertThat(
              platform.sql().count("SELECT count(*) FROM orders WHERE client_order_id = 'q-twice'"))
          .isEqualTo(1);
    }
  }

  @Test
  void aRestingOrderIsCanceledAndAStrangersIsNotFound(TestPlatform platform) throws Exception {
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER);
        OrdersByQueue stranger = new OrdersByQueue(platform, "trader35")) {
      OrdersByQueue.Answer placed =
          queue.ask("place", limit("q-rest", "ITC", "BUY", 1, low(platform)).toString());
      assertThat(placed.status()).as(placed.toString()).isEqualTo(201);
      String cancel =
          Api.object().put("order_id", placed.body().get("order_id").asText()).toString();

      assertThat(stranger.ask("cancel", cancel).status()).isEqualTo(404);
      OrdersByQueue.Answer canceled = queue.ask("cancel", cancel);
      OrdersByQueue.Answer again = queue.ask("cancel", cancel);

      assertThat(canceled.status()).as(canceled.toString()).isEqualTo(200);
      assertThat(canceled.body().get("status").asText()).isEqualTo("CANCELED");
      assertThat(again.body()).isEqualTo(canceled.body());
    }
  }

  @Test
  void aReplaceGivesARestingOrderOtherTermsOnceHoweverOftenItIsSent(TestPlatform platform)
      throws Exception {
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER);
        OrdersByQueue stranger = new OrdersByQueue(platform, "trader35")) {
      String id =
          queue
              .ask("place", limit("q-terms", "ITC", "BUY", 7, low(platform)).toString())
              .body()
              .get("order_id")
              .asText();
      String terms =
          Api.object()
              .put("order_id", id)
              .put("client_order_id", "q-terms-r1")
              .put("quantity", 5)
              .toString();

      assertThat(stranger.ask("replace", terms).status()).isEqualTo(404);
      OrdersByQueue.Answer replaced = queue.ask("replace", terms);
      OrdersByQueue.Answer again = queue.ask("replace", terms);
      OrdersByQueue.Answer otherTerms =
          queue.ask("replace", terms.replace("\"quantity\":5", "\"quantity\":6"));

      assertThat(replaced.status()).as(replaced.toString()).isEqualTo(200);
      assertThat(replaced.body().get("status").asText()).isEqualTo("NEW");
      assertThat(replaced.body().get("quantity").asInt()).isEqualTo(5);
      assertThat(replaced.body().get("leaves_quantity").asInt()).isEqualTo(5);
      assertThat(again.body()).isEqualTo(replaced.body());
      assertThat(otherTerms.status()).isEqualTo(409);
      assertThat(otherTerms.body().get("code").asInt()).isEqualTo(1410);
      assertThat(
              platform
                  .sql()
                  .count(
                      "SELECT count(*) FROM executions WHERE exec_type = 'REPLACED' AND order_id = '"
                          + id
                          + "'"))
          .isEqualTo(1);

      String cancel = Api.object().put("order_id", id).toString();
      assertThat(queue.ask("cancel", cancel).status()).isEqualTo(200);
      OrdersByQueue.Answer tooLate =
          queue.ask("replace", terms.replace("q-terms-r1", "q-terms-r2"));
      assertThat(tooLate.status()).isEqualTo(409);
      assertThat(tooLate.body().get("code").asInt()).isEqualTo(1411);
    }
  }

  private static BigDecimal low(TestPlatform platform) {
    return platform
        .api()
        .as("viewer")
        .quote("ITC")
        .get("bid")
        .decimalValue()
        .multiply(new BigDecimal("0.96"))
        .setScale(1, java.math.RoundingMode.DOWN);
  }

  @Test
  void aRefusalIsAnsweredWithAProblemDocument(TestPlatform platform) throws Exception {
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER)) {
      OrdersByQueue.Answer answer =
          queue.ask("place", market("q-unknown", "NOSUCH", "BUY", 1).toString());

      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.contentType()).isEqualTo("application/problem+json");
      assertThat(answer.body().get("code").asInt()).isEqualTo(3422);
    }
  }

  @Test
  void whatCannotBeUnderstoodIsADeadLetterWithItsReason(TestPlatform platform) throws Exception {
    DeadLetters.drain(platform, EmbeddedBroker.DEAD_ORDERS);
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER)) {
      String noJson = queue.send("place", "certainly not JSON");
      queue.sendUnanswered(
          "place", market("x", "ITC", "BUY", 1).without("client_order_id").toString());
      queue.sendUnanswered("steal", "{}");
      queue.sendUnanswered("place", "\"" + "x".repeat(10 * 1024 * 1024) + "\"");
      queue.sendUnanswered("place", market("q-refused", "NOSUCH", "BUY", 1).toString());
      OrdersByQueue.Answer neighbour =
          queue.ask("place", market("q-neighbour", "ITC", "BUY", 1).toString());

      assertThat(neighbour.status()).isEqualTo(201);
      assertThat(queue.answer(noJson, SOON).status()).isEqualTo(400);
    }
    List<Message> letters = DeadLetters.take(platform, EmbeddedBroker.DEAD_ORDERS, 5, SOON);
    Map<String, String> reasons = new HashMap<>();
    for (Message letter : letters) {
      String reason = letter.getStringProperty("tola_reason");
      String about =
          reason.contains("not JSON")
              ? "json"
              : reason.contains("client_order_id")
                  ? "key"
                  : reason.contains("place, replace, cancel")
                      ? "action"
                      : reason.contains("131072")
                          ? "size"
                          : reason.contains("3422") ? "refused" : reason;
      reasons.put(about, reason);
      assertThat(letter.getStringProperty("tola_user")).isEqualTo(TRADER);
      assertThat(letter.getStringProperty("tola_message_id")).startsWith("ID:");
    }
    assertThat(reasons).containsOnlyKeys("json", "key", "action", "size", "refused");
    assertThat(platform.broker().messageCount(EmbeddedBroker.ORDERS)).isZero();
  }

  @Test
  void anAnswerNobodyTakesHoldsUpNothing(TestPlatform platform) throws Exception {
    try (OrdersByQueue gone = new OrdersByQueue(platform, TRADER)) {
      for (int i = 0; i < 20; i++) {
        gone.send("place", market("q-gone-" + i, "ITC", "BUY", 1).toString());
      }
    }
    try (OrdersByQueue queue = new OrdersByQueue(platform, TRADER)) {
      assertThat(queue.ask("place", market("q-here", "ITC", "BUY", 1).toString()).status())
          .isEqualTo(201);
    }
    await(
        () ->
            platform
                    .sql()
                    .count("SELECT count(*) FROM orders WHERE client_order_id LIKE 'q-gone-%'")
                == 20);
    await(() -> platform.broker().messageCount(EmbeddedBroker.ORDERS) == 0);
  }

  @Test
  void anAnswerIsNeverWrittenWhereThePlatformSpeaks(TestPlatform platform) throws Exception {
    try (ActiveMQConnectionFactory factory = factory(platform);
        Connection connection = factory.createConnection(TRADER, platform.password())) {
      Session session = connection.createSession();
      for (jakarta.jms.Destination forbidden :
          List.of(
              session.createTopic(EmbeddedBroker.EXECUTIONS),
              session.createQueue(EmbeddedBroker.TICKS))) {
        var message = session.createTextMessage(market("q-forged", "ITC", "BUY", 1).toString());
        message.setStringProperty("action", "place");
        message.setJMSReplyTo(forbidden);
        session.createProducer(session.createQueue(EmbeddedBroker.ORDERS)).send(message);
      }
    }
    await(() -> platform.broker().messageCount(EmbeddedBroker.ORDERS) == 0);
    assertThat(platform.broker().messageCount(EmbeddedBroker.TICKS)).isZero();
  }

  @Test
  void ordersWaitForTheDatabaseAndNoneIsLost(TestPlatform platform) throws Exception {
    DeadLetters.drain(platform, EmbeddedBroker.DEAD_ORDERS);
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader36")) {
      assertThat(queue.ask("place", market("q-db-before", "ITC", "BUY", 1).toString()).status())
          .isEqualTo(201);
      List<String> waiting = new ArrayList<>();
      platform.database().stop();
      try {
        for (int i = 0; i < 50; i++) {
          waiting.add(queue.send("place", market("q-db-" + i, "ITC", "BUY", 1).toString()));
        }
        Thread.sleep(4_000);
      } finally {
        platform.database().start();
      }
      for (String correlation : waiting) {
        OrdersByQueue.Answer answer = queue.answer(correlation, SOON);
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as(answer.toString()).isIn(200, 201);
      }
    }
    assertThat(
            platform
                .sql()
                .count(
                    "SELECT count(*) FROM orders WHERE client_order_id LIKE 'q-db-%' AND status = 'FILLED'"))
        .isEqualTo(51);
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_ORDERS)).isZero();
  }

  @Test
  void ordersTheBrokerHeldThroughItsRestartAreTakenAndTheDoorListensAgain(TestPlatform platform)
      throws Exception {
    DeadLetters.drain(platform, EmbeddedBroker.DEAD_ORDERS);
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader36")) {
      assertThat(queue.ask("place", market("q-broker-0", "ITC", "BUY", 1).toString()).status())
          .isIn(200, 201);
      List<String> orders = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        orders.add(market("q-broker-" + i, "ITC", "BUY", 1).toString());
      }
      queue.sendTogether("place", orders);
      platform.broker().stop();
    } finally {
      platform.broker().start();
    }
    await(
        () ->
            platform
                    .sql()
                    .count(
                        "SELECT count(*) FROM orders WHERE client_order_id LIKE 'q-broker-%' AND status = 'FILLED'")
                == 501);
    await(() -> platform.broker().messageCount(EmbeddedBroker.ORDERS) == 0);
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader36")) {
      assertThat(queue.ask("place", market("q-broker-after", "ITC", "BUY", 1).toString()).status())
          .isIn(200, 201);
    }
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_ORDERS)).isZero();
  }

  @Test
  void manyOrdersShareAnAcknowledgement(TestPlatform platform) throws Exception {
    int count = 2_000;
    platform.api().liftOrderRate("trader37");
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader37")) {
      List<String> sent = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        sent.add(queue.send("place", market("q-many-" + i, "ITC", "BUY", 1).toString()));
      }
      for (String correlation : sent) {
        OrdersByQueue.Answer answer = queue.answer(correlation, SOON);
        assertThat(answer).isNotNull();
        assertThat(answer.status()).as(answer.toString()).isIn(200, 201);
      }
    }
    assertThat(
            platform
                .sql()
                .count(
                    "SELECT count(*) FROM orders WHERE client_order_id LIKE 'q-many-%' AND status = 'FILLED'"))
        .isEqualTo(count);
    String metrics = platform.api().anonymous().get("/metrics").expect(200).body();
    assertThat(sum(metrics, "tola_jms_orders_total")).isGreaterThanOrEqualTo(count);
    assertThat(sum(metrics, "tola_jms_order_batches_total")).isPositive();
  }

  private static double sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(l -> l.startsWith(name))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static ActiveMQConnectionFactory factory(TestPlatform platform) {
    return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
  }
}
