package io.tola.systemtests.cluster;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.SharedPair;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import io.tola.systemtests.platform.TestPlatform.Node;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The end of a trading day on the one node that is left: it is stopped and started into a day that
 * closes soon, with orders and positions of before. The simulated market itself never closes.
 */
@ExtendWith(SharedPair.class)
@TestMethodOrder(OrderAnnotation.class)
class TradingDayEndIT {

  private static final ZoneId EXCHANGE = ZoneId.of("Asia/Kolkata");
  private static final Duration SOON = Duration.ofSeconds(60);

  private static TestPlatform platform;
  private static Node node;

  private static String restingMis;
  private static String restingDay;

  @BeforeAll
  static void aDaysTrading(TestPlatform pair) {
    platform = pair;
    node = platform.onlyOne();
    Caller trader = trader();
    trader.placeSurely(market("mis-held", "TCS", "BUY", 7).put("product", "MIS")).expect(201);
    trader.placeSurely(market("mis-owed", "INFY", "SELL", 5).put("product", "MIS")).expect(201);
    trader.placeSurely(market("cnc-held", "ITC", "BUY", 3)).expect(201);
    restingMis = resting(limit("mis-rests", "TCS", "BUY", 2, below("TCS")).put("product", "MIS"));
    restingDay = resting(limit("day-rests", "ITC", "BUY", 4, below("ITC")));
    assertThat(quantities())
        .containsOnly(
            Map.entry("TCS MIS", 7L), Map.entry("INFY MIS", -5L), Map.entry("ITC CNC", 3L));
  }

  @AfterAll
  static void anyDayAgain() {
    platform.sql().execute("DELETE FROM market.calendar_days WHERE kind = 'SPECIAL'");
  }

  private static Caller trader() {
    return node.api().trader(27);
  }

  private static BigDecimal below(String symbol) {
    return trader()
        .quote(symbol)
        .get("previous_close")
        .decimalValue()
        .multiply(new BigDecimal("0.95"))
        .setScale(0, RoundingMode.FLOOR);
  }

  private static String resting(JsonNode order) {
    Answer answer = trader().placeSurely(order).expect(201);
    assertThat(answer.text("status")).isEqualTo("NEW");
    return answer.text("order_id");
  }

  /** What the trader holds, or owes, by symbol and product. */
  private static Map<String, Long> quantities() {
    return trader().get("/api/v1/positions/active").expect(200).items().stream()
        .filter(position -> position.get("quantity").asLong() != 0)
        .collect(
            Collectors.toMap(
                position ->
                    position.get("symbol").asText() + ' ' + position.get("product").asText(),
                position -> position.get("quantity").asLong()));
  }

  private static String status(String orderId) {
    return trader().order(orderId).expect(200).text("status");
  }

  @Test
  @Order(1)
  void aServerThatIsAskedToStopSaysSoToItsStreams() {
    try (StreamClient client = StreamClient.of(node.api(), "trader27").orders(null)) {
      node.close();
      assertThat(client.awaitClosed()).isEqualTo(1001);
    }
  }

  @Test
  @Order(2)
  void intradayPositionsAreSquaredOffBeforeTheClose() throws InterruptedException {
    // Half as much again as a start takes here, and then some to square off in.
    Duration open = node.lastStart().multipliedBy(3).dividedBy(2).plusSeconds(10);
    ZonedDateTime close = close(open);
    platform
        .sql()
        .execute(
            "INSERT INTO market.calendar_days (day, kind, name, source) VALUES ('"
                + close.toLocalDate()
                + "', 'SPECIAL', 'a day of this test', 'this test')"
                + " ON CONFLICT (day) DO UPDATE SET kind = 'SPECIAL'");
    node.start(
        Map.of(
            "tola.market.calendar",
            "nse",
            "tola.market.hours",
            "2020-01-01 OPEN 00:00-" + close.toLocalTime(),
            "tola.trading.mis-square-off",
            "00:00"));
    node.awaitReady();

    trader()
        .await(
            "/api/v1/orders/" + restingMis, SOON, order -> order.text("status").equals("CANCELED"));
    trader()
        .await("/api/v1/positions/active", SOON, any -> quantities().equals(Map.of("ITC CNC", 3L)));
    assertThat(ZonedDateTime.now(EXCHANGE)).as("all of it before the close").isBefore(close);
    assertThat(status(restingDay)).isEqualTo("NEW");
    List<JsonNode> closing =
        trader().get("/api/v1/orders/history?limit=20").expect(200).items().stream()
            .filter(order -> order.get("product").asText().equals("MIS"))
            .filter(order -> order.get("validity").asText().equals("IOC"))
            .toList();
    assertThat(closing)
        .extracting(order -> order.get("symbol").asText() + ' ' + order.get("side").asText())
        .contains("TCS SELL", "INFY BUY");
    Answer late =
        trader().placeSurely(market("mis-late", "TCS", "BUY", 1).put("product", "MIS")).expect(201);
    assertThat(late.text("status")).isEqualTo("REJECTED");
    assertThat(late.text("reject_code")).isEqualTo("1006");
  }

  @Test
  @Order(3)
  void noDayOrderOutlivesItsDay() {
    trader().await("/api/v1/status", SOON, any -> any.text("session").equals("CLOSED"));
    trader()
        .await(
            "/api/v1/orders/" + restingDay, SOON, order -> order.text("status").equals("EXPIRED"));
    assertThat(
            trader().get("/api/v1/orders/" + restingDay + "/events").expect(200).items().stream()
                .map(event -> event.get("exec_type").asText()))
        .containsExactly("NEW", "EXPIRED");
    assertThat(trader().get("/api/v1/portfolio/summary").expect(200).decimal("blocked_cash"))
        .isEqualByComparingTo("0");
    assertThat(quantities()).isEqualTo(Map.of("ITC CNC", 3L));
    assertThat(
            platform
                .sql()
                .count("SELECT count(*) FROM orders WHERE status IN ('NEW', 'PARTIALLY_FILLED')"))
        .as("working orders of anybody")
        .isZero();
    Answer late = trader().placeSurely(market("day-late", "ITC", "BUY", 1)).expect(201);
    assertThat(late.text("status")).isEqualTo("REJECTED");
    assertThat(late.text("reject_code")).isEqualTo("2020");
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(node.api());
  }

  /** Soon, but on the day it is then: around midnight it waits for the new one. */
  private static ZonedDateTime close(Duration open) throws InterruptedException {
    ZonedDateTime now = ZonedDateTime.now(EXCHANGE);
    ZonedDateTime close = now.plus(open).truncatedTo(ChronoUnit.SECONDS);
    while (!close.toLocalDate().equals(now.toLocalDate())
        || close.toLocalTime().equals(LocalTime.MIDNIGHT)) {
      Thread.sleep(1_000);
      now = ZonedDateTime.now(EXCHANGE);
      close = now.plus(open).truncatedTo(ChronoUnit.SECONDS);
    }
    return close;
  }
}
