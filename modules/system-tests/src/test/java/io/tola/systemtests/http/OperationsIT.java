package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator sees: health by part, metrics by the names alerts rely on, logs a machine reads. */
@ExtendWith(SharedPlatform.class)
class OperationsIT {

  /** Names that dashboards, alerts and runbooks are built on, without the suffixes of their kind. */
  private static final List<String> METRICS =
      List.of(
          "tola_orders_total",
          "tola_pipeline_queue_depth",
          "tola_pipeline_batch_size",
          "tola_pipeline_commit_time",
          "tola_pipeline_order_time",
          "tola_outbox_lag_seconds",
          "tola_quote_age_seconds",
          "tola_cache_hits_total",
          "tola_cache_misses_total",
          "tola_audit_entries_total");

  @Test
  void readinessNamesEveryPart(Api api) {
    Answer ready = api.anonymous().get("/health/ready").expect(200);
    assertThat(ready.text("status")).isEqualTo("UP");
    Set<String> names = new TreeSet<>();
    ready.json().get("checks").forEach(c -> names.add(c.get("name").asText()));
    assertThat(names).contains("database", "pipeline", "cache", "broker");
    for (JsonNode check : ready.json().get("checks")) {
      assertThat(check.get("status").asText()).as(check.toString()).isEqualTo("UP");
    }
  }

  @Test
  void livenessSpeaksOfTheProcessOnly(Api api) {
    JsonNode live = api.anonymous().get("/health/live").expect(200).json();
    assertThat(live.get("status").asText()).isEqualTo("UP");
    assertThat(live.get("checks").findValuesAsText("name")).doesNotContain("database", "broker");
    assertThat(api.anonymous().get("/health/started").expect(200).text("status")).isEqualTo("UP");
  }

  @Test
  void healthShowsNoSecrets(TestPlatform platform) {
    String health = platform.api().anonymous().get("/health").expect(200).body();
    assertThat(health)
        .doesNotContain(
            platform.password(), platform.database().appPassword(), platform.broker().password());
  }

  @Test
  void theMetricsAnOperatorExpectsAreThere(Api api) {
    api.trader(23).place(market("metrics-1", "ITC", "BUY", 1)).expect(201);
    String metrics = api.anonymous().get("/metrics").expect(200).body();
    for (String name : METRICS) {
      assertThat(metrics).as(name).containsPattern("(?m)^" + name + "[a-z_]*[{ ]");
    }
    assertThat(metrics)
        .containsPattern("(?m)^[a-z_]*(connectionpool|connection_?pool)[a-zA-Z_]*\\{");
  }

  @Test
  void ordersAreCountedByOutcome(Api api) {
    Caller trader = api.trader(23);
    double before = orders(api);
    trader.place(market("count-1", "ITC", "BUY", 1)).expect(201);
    trader.place(market("count-2", "ITC", "BUY", 1)).expect(201);
    assertThat(orders(api) - before).isGreaterThanOrEqualTo(2);
  }

  private static double orders(Api api) {
    double sum = 0;
    Matcher lines =
        Pattern.compile("(?m)^tola_orders_total\\{[^}]*\\} ([0-9.eE+-]+)$")
            .matcher(api.anonymous().get("/metrics").expect(200).body());
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1));
    }
    return sum;
  }

  @Test
  void theJsonSummaryOfMetricsIsThere(Api api) {
    assertThat(api.anonymous().get("/api/v1/metrics").expect(200).body())
        .contains("tola_orders_total");
  }

  @Test
  void aRequestIdIsTakenOverAndAnswered(Api api) {
    Caller viewer = api.as("viewer");
    Answer answer =
        viewer.send(viewer.request("/api/v1/nothing").header("X-Request-Id", "ask-42").GET());
    assertThat(answer.text("trace_id")).isEqualTo("ask-42");
    assertThat(answer.header("X-Request-Id")).contains("ask-42");
  }

  @Test
  void theLogIsJsonAndHoldsNoSecretsOrTokens(TestPlatform platform) {
    platform.api().trader(23);
    String log = platform.node().log();
    for (String line : log.lines().toList()) {
      assertThat(Api.parse(line).isObject()).as(line).isTrue();
    }
    assertThat(log)
        .doesNotContain(
            platform.password(),
            platform.database().appPassword(),
            platform.database().advisorPassword(),
            platform.broker().password(),
            platform.api().token("trader23"));
  }

  @Test
  void theUserInterfaceIsServedWithItsPolicy(Api api) {
    Answer page = api.anonymous().get("/");
    assertThat(page.status()).isIn(200, 302);
    assertThat(page.header("Content-Security-Policy").orElse("")).contains("default-src 'self'");
  }
}
