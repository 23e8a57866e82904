package io.tola.systemtests.cluster;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.SharedPair;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stream of two nodes; the last test kills one of them. */
@ExtendWith(SharedPair.class)
@TestMethodOrder(OrderAnnotation.class)
class StreamOnTwoNodesIT {

  private static TestPlatform platform;

  @BeforeAll
  static void start(TestPlatform pair) {
    platform = pair;
    platform.startAll();
  }

  private static Api api(int node) {
    return platform.node(node).api();
  }

  private static Predicate<JsonNode> isFilled(String id) {
    return m ->
        m.path("client_order_id").asText().equals(id) && m.path("status").asText().equals("FILLED");
  }

  @Test
  @Order(1)
  void anUpdateMadeOnOneNodeReachesTheClientsOfBoth() {
    try (StreamClient onA = StreamClient.of(api(0), "trader21").orders(null);
        StreamClient onB = StreamClient.of(api(1), "trader21").orders(null)) {
      for (int i = 0; i < 40; i++) {
        api(i % 2).trader(21).placeSurely(market("both-" + i, "ITC", "BUY", 1)).expect(201);
      }
      for (StreamClient client : List.of(onA, onB)) {
        client.await(isFilled("both-38"));
        client.await(isFilled("both-39"));
      }

      assertThat(onA.updates()).isEqualTo(onB.updates());
      assertThat(onA.sequences()).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  @Order(2)
  void quotesReachTheClientsOfBoth() {
    for (int node = 0; node < 2; node++) {
      try (StreamClient client = StreamClient.of(api(node), "viewer").quotes("TCS")) {
        JsonNode first = client.await(m -> m.path("symbol").asText().equals("TCS"));
        client.await(
            m ->
                m.path("symbol").asText().equals("TCS")
                    && !m.get("timestamp").equals(first.get("timestamp")));
      }
    }
  }

  @Test
  @Order(3)
  void aTokenOfOneNodeOpensTheStreamOfTheOtherAndSubscriptionsResumeThere() {
    String token = api(0).token("trader23");
    api(0).trader(23).placeSurely(market("token-1", "ITC", "BUY", 1)).expect(201);
    try (StreamClient onB =
        StreamClient.of(HttpClient.newHttpClient(), api(1).url(), token).orders(0L)) {
      onB.await(isFilled("token-1"));
      assertThat(onB.sequences()).startsWith(1L);
    }
  }

  @Test
  @Order(4)
  void aKilledNodeCostsNoUpdateOfAStreamThatResumesElsewhere() {
    int count = 200;
    StreamClient onA = StreamClient.of(api(0), "trader22").orders(0L);
    List<Long> seen;
    try (onA) {
      // Both nodes take orders of the account; what node A was asked when it died may have happened
      // or not.
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sent.add(api(i % 2).trader(22).placing(market("killed-" + i, "ITC", "BUY", 1)));
        if (i == count / 2) {
          onA.await(m -> m.path("client_order_id").asText().startsWith("killed-"));
          platform.node(0).kill();
        }
      }
      sent.forEach(answer -> answer.exceptionally(broken -> null).join());
      onA.awaitClosed();
      seen = new ArrayList<>(onA.sequences());
    }
    api(1).trader(22).placeSurely(market("after-the-kill", "ITC", "BUY", 1)).expect(201);
    try (StreamClient onB = StreamClient.of(api(1), "trader22").orders(seen.get(seen.size() - 1))) {
      onB.await(isFilled("after-the-kill"));
      seen.addAll(onB.sequences());
    }
    long newest =
        platform
            .sql()
            .count(
                "SELECT max(sequence) FROM executions WHERE account_id = '"
                    + api(1).trader(22).accountId()
                    + "'::uuid");
    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, newest).boxed().toList());
    new Books(platform.sql()).balance();
  }
}
