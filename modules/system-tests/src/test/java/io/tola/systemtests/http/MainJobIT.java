package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import io.tola.verifier.ExportCheck;
import io.tola.verifier.ProofCheck;
import io.tola.verifier.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job as an enterprise client does it, with nothing but the contract. */
@ExtendWith(SharedPlatform.class)
class MainJobIT {

  private static final Duration MARKET_MOVES = Duration.ofSeconds(90);

  @Test
  void aMarketBuyFillsBetweenBidAndAskAndStandsInTheBooks(Api api) {
    Caller trader = api.trader(1);
    Answer before = trader.get("/api/v1/portfolio/summary").expect(200);
    assertThat(before.decimal("settled_cash")).isEqualByComparingTo("10000000");
    JsonNode quote = trader.quote("RELIANCE");
    assertThat(quote.get("bid").decimalValue()).isPositive();
    assertThat(quote.get("ask").decimalValue()).isGreaterThan(quote.get("bid").decimalValue());

    Answer placed = trader.place(market("main-1", "RELIANCE", "BUY", 10)).expect(201);

    assertThat(placed.text("status")).isEqualTo("FILLED");
    assertThat(placed.text("client_order_id")).isEqualTo("main-1");
    assertThat(placed.text("reject_code")).isNull();
    assertThat(placed.decimal("filled_quantity")).isEqualByComparingTo("10");
    assertThat(placed.decimal("leaves_quantity")).isEqualByComparingTo("0");
    // The market moved between the two calls by some ticks at most.
    BigDecimal price = placed.decimal("average_price");
    assertThat(price)
        .isBetween(
            quote.get("ask").decimalValue().multiply(new BigDecimal("0.97")),
            quote.get("ask").decimalValue().multiply(new BigDecimal("1.03")));

    String id = placed.text("order_id");
    assertThat(trader.order(id).expect(200).json()).isEqualTo(placed.json());

    Answer summary = trader.get("/api/v1/portfolio/summary").expect(200);
    assertThat(summary.decimal("settled_cash"))
        .isEqualByComparingTo(new BigDecimal("10000000").subtract(costOf(trader, id)));
    List<JsonNode> positions =
        trader.get("/api/v1/positions/open?symbol=RELIANCE").expect(200).items();
    assertThat(positions).hasSize(1);
    assertThat(positions.get(0).get("quantity").asLong()).isEqualTo(10);
    String positionId = positions.get(0).get("position_id").asText();
    Answer position = trader.get("/api/v1/positions/" + positionId).expect(200);
    assertThat(position.decimal("quantity")).isEqualByComparingTo("10");
    assertThat(position.decimal("cost")).isEqualByComparingTo(costOf(trader, id));
    assertThat(position.json().get("lots")).isNotEmpty();
  }

  @Test
  void theReportsOfAnOrderTellItsLifeInOrder(Api api) {
    Caller trader = api.trader(2);
    String id = trader.place(market("events-1", "TCS", "BUY", 5)).expect(201).text("order_id");

    List<JsonNode> events = reports(trader.get("/api/v1/orders/" + id + "/events").expect(200));

    assertThat(events.get(0).get("exec_type").asText()).isEqualTo("NEW");
    assertThat(events).extracting(e -> e.get("order_id").asText()).containsOnly(id);
    long sequence = 0;
    long cumulative = 0;
    for (JsonNode event : events) {
      assertThat(event.get("sequence").asLong()).isGreaterThan(sequence);
      sequence = event.get("sequence").asLong();
      assertThat(event.get("filled_quantity").asLong()).isGreaterThanOrEqualTo(cumulative);
      cumulative = event.get("filled_quantity").asLong();
      assertThat(cumulative + event.get("leaves_quantity").asLong()).isEqualTo(5);
    }
    assertThat(events.get(events.size() - 1).get("status").asText()).isEqualTo("FILLED");
    assertThat(trader.get("/api/v1/trades?symbol=TCS").expect(200).items())
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t.get("quantity").asLong()).isPositive());
  }

  @Test
  void aLimitSellRestsAndFillsWhenTheMarketCrossesIt(Api api) throws InterruptedException {
    Caller trader = api.trader(3);
    Map<String, BigDecimal> resting = new HashMap<>();
    for (String symbol : List.of("RELIANCE", "TCS", "INFY", "HDFCBANK", "ITC", "SBIN")) {
      trader.place(market("rest-buy-" + symbol, symbol, "BUY", 3)).expect(201);
      // Between bid and ask it rests; an ask that moves up or a bid that rises decides the rest.
      JsonNode quote = trader.quote(symbol);
      BigDecimal limit = quote.get("ask").decimalValue();
      Answer sell =
          trader.place(limit("rest-sell-" + symbol, symbol, "SELL", 3, limit)).expect(201);
      assertThat(sell.text("status")).isIn("NEW", "PARTIALLY_FILLED", "FILLED");
      if (sell.text("status").equals("NEW")) {
        resting.put(sell.text("order_id"), limit);
        assertThat(sell.decimal("leaves_quantity")).isEqualByComparingTo("3");
      }
    }
    assertThat(resting).as("orders that rest at the ask").isNotEmpty();

    List<String> filled = new ArrayList<>();
    long deadline = System.nanoTime() + MARKET_MOVES.toNanos();
    while (filled.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(200);
      for (String id : resting.keySet()) {
        Answer order = trader.order(id).expect(200);
        if (order.text("status").equals("FILLED")) {
          filled.add(id);
          assertThat(order.decimal("average_price")).isGreaterThanOrEqualTo(resting.get(id));
        }
      }
    }
    assertThat(filled).as("resting sells that the moving market filled").isNotEmpty();
    for (String id : resting.keySet()) {
      trader.cancel(id);
    }
    assertThat(trader.get("/api/v1/orders/history?status=NEW").expect(200).items()).isEmpty();
  }

  @Test
  void aRestingOrderCanBeCanceledOnceAndReadsCanceledThereafter(Api api) {
    Caller trader = api.trader(4);
    BigDecimal far = farBelow(trader, "INFY");
    Answer placed = trader.place(limit("cancel-1", "INFY", "BUY", 7, far)).expect(201);
    assertThat(placed.text("status")).isEqualTo("NEW");
    String id = placed.text("order_id");
    assertThat(trader.get("/api/v1/portfolio/summary").expect(200).decimal("blocked_cash"))
        .isEqualByComparingTo(far.multiply(new BigDecimal("7")));

    Answer canceled = trader.cancel(id).expect(200);

    assertThat(canceled.text("status")).isEqualTo("CANCELED");
    assertThat(canceled.decimal("leaves_quantity")).isEqualByComparingTo("0");
    assertThat(trader.cancel(id).expect(200).text("status")).isEqualTo("CANCELED");
    assertThat(trader.order(id).expect(200).text("status")).isEqualTo("CANCELED");
    assertThat(trader.get("/api/v1/portfolio/summary").expect(200).decimal("blocked_cash"))
        .isEqualByComparingTo("0");
  }

  @Test
  void aFilledOrderCannotBeCanceled(Api api) {
    Caller trader = api.trader(4);
    String id = trader.place(market("filled-1", "ITC", "BUY", 1)).expect(201).text("order_id");
    Problems.expect(trader.cancel(id), 409, 1409);
  }

  @Test
  void historyPagesThroughAllOrdersNewestFirstAndFilters(Api api) {
    Caller trader = api.trader(5);
    Instant begin =
        Instant.parse(
            trader.place(market("page-0", "WIPRO", "BUY", 1)).expect(201).text("created_at"));
    for (int i = 1; i < 7; i++) {
      trader.place(market("page-" + i, i % 2 == 0 ? "WIPRO" : "ITC", "BUY", 1)).expect(201);
    }

    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      Answer page =
          trader
              .get(
                  "/api/v1/orders/history?limit=3"
                      + (cursor == null ? "" : "&cursor=" + Api.encode(cursor)))
              .expect(200);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
      page.items().forEach(o -> ids.add(o.get("client_order_id").asText()));
      cursor = page.text("next_cursor");
    } while (cursor != null);

    assertThat(ids)
        .containsExactly("page-6", "page-5", "page-4", "page-3", "page-2", "page-1", "page-0");
    assertThat(trader.get("/api/v1/orders/history?symbol=ITC").expect(200).items()).hasSize(3);
    assertThat(trader.get("/api/v1/orders/history?status=REJECTED").expect(200).items()).isEmpty();
    assertThat(
            trader
                .get("/api/v1/orders/history?to=" + Api.encode(begin.toString()))
                .expect(200)
                .items())
        .isEmpty();
    assertThat(
            trader
                .get("/api/v1/orders/history?from=" + Api.encode(begin.toString()))
                .expect(200)
                .items())
        .hasSize(7);
  }

  @Test
  void aBusinessRefusalIsAStoredOrderWithItsCodeAndReason(Api api) {
    Caller trader = api.trader(6);
    Answer refused = trader.place(market("refused-1", "TCS", "SELL", 5)).expect(201);
    assertThat(refused.text("status")).isEqualTo("REJECTED");
    assertThat(refused.json().get("reject_code").asInt()).isBetween(1000, 2999);
    assertThat(refused.text("reject_reason")).isNotBlank();
    assertThat(refused.decimal("leaves_quantity")).isEqualByComparingTo("0");
    assertThat(trader.order(refused.text("order_id")).expect(200).text("status"))
        .isEqualTo("REJECTED");
  }

  @Test
  void everyOrderIsInTheAuditTrailAndTheTrailIsIntact(Api api) {
    Caller trader = api.trader(7);
    Answer placed = trader.place(market("audit-1", "LT", "BUY", 2)).expect(201);
    Caller auditor = api.as("auditor");

    List<JsonNode> entries =
        auditor.get("/api/v1/audit/log?entity_id=" + placed.text("order_id")).expect(200).items();

    assertThat(entries)
        .isNotEmpty()
        .allSatisfy(
            e -> {
              assertThat(e.get("entity_id").asText()).isEqualTo(placed.text("order_id"));
              assertThat(e.get("hash").asText()).matches("[0-9a-f]{64}");
            })
        .anySatisfy(e -> assertThat(e.get("actor").asText()).isEqualTo("trader7"));
    Answer verification = auditor.get("/api/v1/audit/verify").expect(200);
    assertThat(verification.json().get("intact").asBoolean()).as(verification.body()).isTrue();
    assertThat(verification.json().get("entries").asLong()).isPositive();
    assertThat(verification.json().get("breaks")).isEmpty();
  }

  @Test
  void anAuditorProvesAnOrdersEntryWithoutThePlatform(TestPlatform platform) throws IOException {
    Api api = platform.api();
    Answer placed = api.trader(7).place(market("proof-1", "LT", "BUY", 1)).expect(201);
    Caller auditor = api.as("auditor");
    String entry =
        auditor
            .get("/api/v1/audit/log?entity_id=" + placed.text("order_id"))
            .expect(200)
            .items()
            .get(0)
            .get("id")
            .asText();
    List<String> key =
        List.of(auditor.get("/api/v1/audit/checkpoint").expect(200).text("public_key"));

    // In the tree within a second; on a busy machine's worst day within twenty.
    Answer proof = auditor.get("/api/v1/audit/proof/" + entry);
    for (int i = 0; i < 100 && proof.status() == 503; i++) {
      pause();
      proof = auditor.get("/api/v1/audit/proof/" + entry);
    }
    assertThat(ProofCheck.check(proof.expect(200).body(), key).faults()).isEmpty();
    long size = proof.json().get("size").asLong();
    Answer consistency = auditor.get("/api/v1/audit/proof?from=1").expect(200);
    assertThat(ProofCheck.check(consistency.body(), key).faults()).isEmpty();
    assertThat(consistency.json().get("to").asLong()).isGreaterThanOrEqualTo(size);

    Answer export = auditor.get("/api/v1/audit/export").expect(200);
    assertThat(export.header("Content-Type").orElse("")).startsWith("application/x-ndjson");
    assertThat(export.body()).contains(entry);
    String kept = Files.readString(platform.auditCheckpoints());
    Verdict verdict =
        ExportCheck.check(new BufferedReader(new StringReader(export.body())), key, kept);
    assertThat(verdict.faults()).isEmpty();

    Answer verification =
        auditor.send(
            auditor.request("/api/v1/audit/verify").header("Accept", "application/x-ndjson").GET());
    List<String> lines = verification.expect(200).body().lines().toList();
    assertThat(Api.parse(lines.get(0)).get("progress").get("entries").asLong()).isZero();
    JsonNode found = Api.parse(lines.get(lines.size() - 1)).get("verification");
    assertThat(found.get("intact").asBoolean()).as(found.toString()).isTrue();
    assertThat(found.get("leaves").asLong()).isGreaterThanOrEqualTo(size);
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void quotesAreServedOneByOneAndInBulkWithUnknownOnesNamed(Api api) {
    Caller viewer = api.as("viewer");
    List<JsonNode> symbols = list(viewer.get("/api/v1/symbols").expect(200).json());
    assertThat(symbols).hasSize(50);
    Answer bulk =
        viewer
            .post("/api/v1/market/quotes", Api.parse("{\"symbols\":[\"TCS\",\"M&M\",\"NOSUCH\"]}"))
            .expect(200);
    assertThat(bulk.body()).contains("\"TCS\"", "\"M&M\"", "NOSUCH");
    JsonNode quote = viewer.quote("M&M");
    assertThat(quote.get("symbol").asText()).isEqualTo("M&M");
    assertThat(quote.get("low").decimalValue())
        .isLessThanOrEqualTo(quote.get("high").decimalValue());
    assertThat(quote.get("last").decimalValue())
        .isBetween(quote.get("low").decimalValue(), quote.get("high").decimalValue());
    assertThat(quote.fieldNames())
        .toIterable()
        .contains(
            "symbol",
            "bid",
            "ask",
            "last",
            "open",
            "high",
            "low",
            "previous_close",
            "volume",
            "change_pct",
            "timestamp");
  }

  @Test
  void seededHistoryIsServedAsBars(Api api) {
    Caller viewer = api.as("viewer");
    Instant now = Instant.parse(viewer.quote("TCS").get("timestamp").asText());
    Answer bars =
        viewer
            .get(
                "/api/v1/historical?symbol=TCS&interval=1d&from="
                    + now.minus(Duration.ofDays(30))
                    + "&to="
                    + now)
            .expect(200);
    assertThat(bars.items())
        .isNotEmpty()
        .allSatisfy(
            b ->
                assertThat(b.get("high").decimalValue())
                    .isGreaterThanOrEqualTo(b.get("low").decimalValue()));
  }

  @Test
  void theMarketIsLabelledSimulatedWhereItsStateIsShown(TestPlatform platform) {
    assertThat(platform.api().as("viewer").get("/api/v1/status").expect(200).body().toLowerCase())
        .contains("simulated");
  }

  private static BigDecimal costOf(Caller trader, String orderId) {
    return reports(trader.get("/api/v1/orders/" + orderId + "/events").expect(200)).stream()
        .filter(e -> e.get("exec_type").asText().equals("TRADE"))
        .map(
            e -> e.get("last_price").decimalValue().multiply(e.get("last_quantity").decimalValue()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static List<JsonNode> reports(Answer answer) {
    return list(answer.json());
  }

  private static List<JsonNode> list(JsonNode json) {
    return (json.isArray() ? json : json.get("items")).valueStream().toList();
  }

  /** A price that rests: far below the market, within the price band and on the tick grid. */
  static BigDecimal farBelow(Caller trader, String symbol) {
    return trader
        .quote(symbol)
        .get("previous_close")
        .decimalValue()
        .multiply(new BigDecimal("0.93"))
        .setScale(0, java.math.RoundingMode.FLOOR);
  }
}
