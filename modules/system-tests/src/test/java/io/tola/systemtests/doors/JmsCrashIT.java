package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import io.tola.standalone.EmbeddedBroker;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.DeadLetters;
import io.tola.systemtests.platform.OrdersByQueue;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is killed while it has messages of the orders' queue in hand. */
@ExtendWith(SharedPlatform.class)
class JmsCrashIT {

  private static final Duration SOON = Duration.ofSeconds(120);
  private static final int ORDERS = 3_000;
  private static final String OURS = " WHERE client_order_id LIKE 'q-crash-%'";

  @Test
  void aKilledServerLosesNoOrderOfTheQueueAndDoublesNone(TestPlatform platform) throws Exception {
    DeadLetters.drain(platform, EmbeddedBroker.DEAD_ORDERS);
    platform.api().liftOrderRate("trader38");
    try (OrdersByQueue queue = new OrdersByQueue(platform, "trader38")) {
      assertThat(queue.ask("place", market("q-before", "ITC", "BUY", 1).toString()).status())
          .isIn(200, 201);
      List<String> orders = new ArrayList<>(ORDERS);
      for (int i = 0; i < ORDERS; i++) {
        orders.add(market("q-crash-" + i, "ITC", "BUY", 1).toString());
      }
      List<String> sent = queue.sendTogether("place", orders);
      long deadline = System.nanoTime() + SOON.toNanos();
      long storedAtDeath;
      do {
        storedAtDeath = platform.sql().count("SELECT count(*) FROM orders" + OURS);
        assertThat(System.nanoTime()).isLessThan(deadline);
      } while (storedAtDeath == 0);
      platform.node().kill();
      storedAtDeath = platform.sql().count("SELECT count(*) FROM orders" + OURS);
      assertThat(storedAtDeath).as("killed in mid-flight").isLessThan(ORDERS);

      platform.node().start();
      platform.node().awaitReady();

      int repeated = 0;
      for (String correlation : sent) {
        OrdersByQueue.Answer answer = queue.answer(correlation, SOON);
        assertThat(answer).as("an answer to every order").isNotNull();
        assertThat(answer.status()).as(answer.toString()).isIn(200, 201);
        assertThat(answer.body().get("status").asText()).isEqualTo("FILLED");
        repeated += answer.status() == 200 ? 1 : 0;
      }
      System.getLogger(JmsCrashIT.class.getName())
          .log(
              System.Logger.Level.INFO,
              "{0} of {1} stored when killed, {2} delivered again after their commit",
              storedAtDeath,
              ORDERS,
              repeated);
    }
    assertThat(platform.sql().count("SELECT count(*) FROM orders" + OURS)).isEqualTo(ORDERS);
    assertThat(
            platform
                .sql()
                .count(
                    "SELECT sum(e.last_qty) FROM executions e JOIN orders o USING (order_id)"
                        + OURS))
        .isEqualTo(ORDERS);
    // An order's message is acknowledged, with others, after its answer was sent.
    long acknowledged = System.nanoTime() + SOON.toNanos();
    while (platform.broker().messageCount(EmbeddedBroker.ORDERS) > 0) {
      assertThat(System.nanoTime()).as("messages acknowledged").isLessThan(acknowledged);
      Thread.sleep(20);
    }
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_ORDERS)).isZero();
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(platform.api());
  }
}
