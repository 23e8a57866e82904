package io.tola.systemtests.fault;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Reports;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The broker goes away: orders go on, and every report arrives once when it is back. */
@ExtendWith(SharedPlatform.class)
class BrokerFaultIT {

  @Test
  void ordersGoOnAndEveryReportArrivesOnceAndInOrder(TestPlatform platform) throws Exception {
    Api api = platform.api();
    List<Caller> traders = List.of(api.trader(33), api.trader(34));
    Reports.subscribe(platform);
    long since = platform.sql().count("SELECT count(*) FROM executions");
    place(traders, "before", 20);

    platform.broker().stop();
    try {
      place(traders, "during", 20);
      api.anonymous()
          .await(
              "/health/ready",
              Duration.ofSeconds(20),
              a -> a.status() == 200 && a.body().contains("\"down\""));
      assertThat(platform.sql().count("SELECT count(*) FROM outbox")).isGreaterThanOrEqualTo(40);
      api.anonymous()
          .await(
              "/metrics",
              Duration.ofSeconds(20),
              a -> metric(a.body(), "tola_outbox_lag_seconds") > 0);
    } finally {
      platform.broker().start();
    }
    place(traders, "after", 20);

    for (Caller trader : traders) {
      UUID account = UUID.fromString(trader.accountId());
      List<Long> expected =
          platform
              .sql()
              .column(
                  "SELECT sequence FROM executions WHERE account_id = ? ORDER BY sequence",
                  account);
      assertThat(expected).hasSizeGreaterThanOrEqualTo(120);
    }
    long published = platform.sql().count("SELECT count(*) FROM executions") - since;
    Reports reports = Reports.receive(platform, (int) published, Duration.ofSeconds(60));
    for (Caller trader : traders) {
      UUID account = UUID.fromString(trader.accountId());
      List<Long> expected =
          platform
              .sql()
              .column(
                  "SELECT sequence FROM executions WHERE account_id = ? ORDER BY sequence",
                  account);
      assertThat(reports.sequencesOf(account)).isEqualTo(expected);
    }
    assertThat(reports.messageIds()).doesNotHaveDuplicates();
    api.anonymous()
        .await(
            "/metrics",
            Duration.ofSeconds(20),
            a -> metric(a.body(), "tola_outbox_lag_seconds") == 0);
    assertThat(platform.sql().count("SELECT count(*) FROM outbox")).isZero();
  }

  @Test
  void bundleTheBrokerHasTakenIsNotDeliveredAgainAndItsNeighboursAre(TestPlatform platform)
      throws Exception {
    UUID account = UUID.randomUUID();
    String known = bundle(account, 1, 2);
    Reports.subscribe(platform);
    put(platform, known);
    awaitPublished(platform);
    put(platform, bundle(account, 3), known, bundle(account, 4, 5));
    awaitPublished(platform);
    Reports reports = Reports.receive(platform, 5, Duration.ofSeconds(60));
    assertThat(reports.sequencesOf(account)).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  /** A row of the outbox as values of SQL: one message a number, the first id made of the first. */
  private static String bundle(UUID account, int... sequences) {
    String numbers =
        Arrays.stream(sequences).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String each = " FROM unnest(ARRAY[" + numbers + "]) AS n)";
    return "(now(), "
        + sequences.length
        + ", ARRAY["
        + numbers
        + "], ARRAY(SELECT md5('"
        + account
        + "' || n)::uuid"
        + each
        + ", ARRAY(SELECT 'tola.executions'"
        + each
        + ", ARRAY(SELECT '"
        + account
        + "'"
        + each
        + ", ARRAY(SELECT json_build_object('reports', json_build_array(json_build_object('account_id', '"
        + account
        + "', 'sequence', n)))::text"
        + each
        + ")";
  }

  private static void put(TestPlatform platform, String... bundles) {
    platform
        .sql()
        .execute(
            "INSERT INTO outbox (created_at, messages, sequences, message_ids, topics, keys, payloads)"
                + " VALUES "
                + String.join(", ", bundles));
  }

  private static void awaitPublished(TestPlatform platform) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (platform.sql().count("SELECT count(*) FROM outbox") > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static void place(List<Caller> traders, String phase, int each) {
    for (int i = 0; i < each; i++) {
      for (Caller trader : traders) {
        Answer answer = trader.placeSurely(market("broker-" + phase + "-" + i, "ITC", "BUY", 1));
        assertThat(answer.status()).as(answer.toString()).isIn(200, 201);
      }
    }
  }

  private static double metric(String metrics, String name) {
    return metrics
        .lines()
        .filter(l -> l.startsWith(name + "{") || l.startsWith(name + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .max()
        .orElse(-1);
  }
}
