package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads that bear lag, on a real replica of the platform's database. */
@ExtendWith(SharedPlatform.class)
class ReadRoutingIT {

  private static final String ROUTING = "/api/v1/performance/read-routing";
  private static final String REPORT = "/api/v1/orders/history?limit=1&to=2199-01-01T00:00:00Z";

  private static void awaitReplica(Api api, boolean inUse) {
    api.as("ops")
        .await(
            ROUTING,
            Duration.ofSeconds(60),
            a -> a.json().get("replica").get("in_use").asBoolean() == inUse);
  }

  private static JsonNode reads(Api api) {
    JsonNode reads =
        api.as("ops").get(ROUTING).expect(200).json().get("by_read").get("orders_of_a_period");
    assertThat(reads).isNotNull();
    return reads;
  }

  @Test
  void aReportHasWhatWasAcknowledgedBeforeWhetherTheReplicaHasItYetOrNot(TestPlatform platform) {
    Api api = platform.api();
    Caller trader = api.trader(25);
    awaitReplica(api, true);
    for (int i = 0; i < 20; i++) {
      if (i == 10) {
        platform.replica().pause();
      }
      Answer placed = trader.place(Api.market("routed-" + i, "ITC", "BUY", 1)).expect(201);
      assertThat(trader.get(REPORT).expect(200).items().get(0).get("order_id").asText())
          .isEqualTo(placed.text("order_id"));
    }
    assertThat(reads(api).get("primary").asLong()).isGreaterThanOrEqualTo(10);
    platform.replica().resume();
    platform.replica().catchUp();
    awaitReplica(api, true);
    long before = reads(api).get("replica").asLong();
    for (int i = 0; i < 50 && reads(api).get("replica").asLong() == before; i++) {
      trader.get(REPORT).expect(200);
    }
    assertThat(reads(api).get("replica").asLong()).isGreaterThan(before);
  }

  @Test
  void theReplicaIsInTheMetricsAndInTheDatabasesHealth(TestPlatform platform) {
    Api api = platform.api();
    awaitReplica(api, true);
    assertThat(api.anonymous().get("/metrics").expect(200).body())
        .containsPattern("(?m)^tola_db_reads_total\\{[^}]*source=\"replica\"[^}]*\\} ")
        .containsPattern("(?m)^tola_db_read_fallbacks_total\\{[^}]*reason=\"behind\"[^}]*\\} ")
        .containsPattern("(?m)^tola_db_replica_lag_ms\\{[^}]*\\} [0-9]")
        .containsPattern("(?m)^tola_db_replica_in_use\\{[^}]*\\} 1");
    assertThat(api.anonymous().get("/health/ready").expect(200).body())
        .contains("\"replica\":\"in use\"");
  }
}
