package io.tola.systemtests.cluster;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import io.tola.standalone.EmbeddedBroker;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.OrdersByQueue;
import io.tola.systemtests.platform.SharedPair;
import io.tola.systemtests.platform.TestPlatform;
import io.tola.systemtests.platform.TestPlatform.Node;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.Queue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes listen to the orders' queue; each is killed once with messages in hand. */
@ExtendWith(SharedPair.class)
@TestMethodOrder(OrderAnnotation.class)
class JmsOnTwoNodesIT {

  private static final Duration SOON = Duration.ofSeconds(120);
  private static final int LISTENERS = 4;

  private static TestPlatform platform;

  @BeforeAll
  static void start(TestPlatform pair) {
    platform = pair;
    platform.startAll();
  }

  @Test
  @Order(1)
  void ordersInTheHandsOfAKilledNodeAreDoneByTheOtherExactlyOnce() throws Exception {
    int count = 48;
    awaitListeners(2 * LISTENERS);
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader11")) {
      List<String> sent = new ArrayList<>();
      // The account's lock holds every order between its delivery and its commit.
      try (Connection holder = platform.database().connect();
          Statement lock = holder.createStatement()) {
        holder.setAutoCommit(false);
        lock.execute("SELECT 1 FROM accounts WHERE name = 'trader11' FOR UPDATE");
        for (int i = 0; i < count; i++) {
          sent.add(queue.send("place", market("held-" + i, "ITC", "BUY", 1).toString()));
        }
        await(() -> orders().getDeliveringCount() == count);
        long inTheHandsOfBoth = heldByEachListener().filter(held -> held > 0).count();
        assertThat(inTheHandsOfBoth).as("listeners with orders").isGreaterThan(LISTENERS);

        platform.node(0).kill();
        awaitListeners(LISTENERS);
        await(() -> orders().getDeliveringCount() == count);
        assertThat(stored("held-%")).isZero();
        holder.rollback();
      }
      allAreAnswered(queue, sent);
    }
    executedOnce("held-%", count);
    assertThat(settledBy(platform.node(1))).isGreaterThanOrEqualTo(count);
  }

  @Test
  @Order(2)
  void aNodeKilledInMidFlightCostsNoOrderAndDoublesNone() throws Exception {
    int count = 3_000;
    platform.startAll();
    awaitListeners(2 * LISTENERS);
    platform.node(0).api().liftOrderRate("trader12");
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader12")) {
      List<String> orders = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        orders.add(market("flight-" + i, "ITC", "BUY", 1).toString());
      }
      List<String> sent = queue.sendTogether("place", orders);
      await(() -> stored("flight-%") > 0);
      platform.node(1).kill();
      assertThat(stored("flight-%")).as("killed in mid-flight").isLessThan(count);
      allAreAnswered(queue, sent);
    }
    executedOnce("flight-%", count);
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(platform.node(0).api());
  }

  private static void allAreAnswered(OrdersByQueue queue, List<String> sent) throws Exception {
    for (String correlation : sent) {
      OrdersByQueue.Answer answer = queue.answer(correlation, SOON);
      assertThat(answer).as("an answer to every order").isNotNull();
      assertThat(answer.status()).as(answer.toString()).isIn(200, 201);
      assertThat(answer.body().get("status").asText()).isEqualTo("FILLED");
    }
  }

  private static void executedOnce(String ids, int count) throws Exception {
    assertThat(stored(ids)).isEqualTo(count);
    assertThat(
            platform
                .sql()
                .count(
                    "SELECT sum(e.last_qty) FROM executions e JOIN orders o USING (order_id)"
                        + " WHERE o.client_order_id LIKE '"
                        + ids
                        + "'"))
        .isEqualTo(count);
    await(() -> platform.broker().messageCount(EmbeddedBroker.ORDERS) == 0);
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_ORDERS)).isZero();
  }

  private static long stored(String ids) {
    return platform
        .sql()
        .count("SELECT count(*) FROM orders WHERE client_order_id LIKE '" + ids + "'");
  }

  private static Queue orders() {
    return platform.broker().server().locateQueue(SimpleString.of(EmbeddedBroker.ORDERS));
  }

  private static java.util.stream.LongStream heldByEachListener() {
    return orders().getDeliveringMessages().values().stream().mapToLong(List::size);
  }

  private static double settledBy(Node node) {
    return node.api()
        .anonymous()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(l -> l.startsWith("tola_jms_orders_total"))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void awaitListeners(int count) throws InterruptedException {
    await(() -> orders().getConsumerCount() == count);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
