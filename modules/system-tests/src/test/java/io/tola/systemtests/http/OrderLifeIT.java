package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an order can live through beside filling: stops, replaces, mass cancels, halts, modes. */
@ExtendWith(SharedPlatform.class)
class OrderLifeIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** So far below the market that it rests, still within the price band. */
  private static BigDecimal times(Caller trader, String symbol, String factor) {
    return trader
        .quote(symbol)
        .get("last")
        .decimalValue()
        .multiply(new BigDecimal(factor))
        .setScale(0, RoundingMode.HALF_UP);
  }

  private static ObjectNode stop(
      String id, String symbol, String side, String type, BigDecimal limit, BigDecimal trigger) {
    ObjectNode order = market(id, symbol, side, 2);
    order.put("order_type", type);
    order.put("trigger_price", trigger);
    if (limit != null) {
      order.put("price", limit);
    }
    return order;
  }

  private static List<String> reports(Caller trader, String id) {
    List<String> types = new ArrayList<>();
    for (JsonNode event :
        trader.get("/api/v1/orders/" + id + "/events").expect(200).json().get("items")) {
      types.add(event.get("exec_type").asText());
    }
    return types;
  }

  private static BigDecimal blocked(Caller trader) {
    return trader.get("/api/v1/portfolio/summary").expect(200).decimal("blocked_cash");
  }

  @Test
  void replacedOrderWorksOnWithItsNewTermsAndARepeatChangesNothing(Api api) {
    Caller trader = api.trader(41);
    BigDecimal price = times(trader, "INFY", "0.95");
    String id = trader.place(limit("life-1", "INFY", "BUY", 7, price)).expect(201).text("order_id");
    ObjectNode terms = Api.object().put("client_order_id", "life-r1").put("quantity", 5);
    terms.put("price", price.add(BigDecimal.ONE));

    Answer replaced = trader.put("/api/v1/orders/" + id, terms).expect(200);

    assertThat(replaced.text("status")).isEqualTo("NEW");
    assertThat(replaced.text("client_order_id")).isEqualTo("life-1");
    assertThat(replaced.decimal("quantity")).isEqualByComparingTo("5");
    assertThat(replaced.decimal("leaves_quantity")).isEqualByComparingTo("5");
    assertThat(blocked(trader))
        .isEqualByComparingTo(price.add(BigDecimal.ONE).multiply(new BigDecimal("5")));
    assertThat(trader.put("/api/v1/orders/" + id, terms).expect(200).json())
        .isEqualTo(replaced.json());
    assertThat(reports(trader, id)).containsExactly("NEW", "REPLACED");

    Problems.expect(
        trader.put("/api/v1/orders/" + id, terms.deepCopy().put("quantity", 6)), 409, 1410);
    Problems.expect(
        trader.put(
            "/api/v1/orders/" + id,
            Api.object().put("client_order_id", "life-r2").put("quantity", 900_000_000)),
        422,
        1422);
    Problems.expect(
        trader.put(
            "/api/v1/orders/" + id,
            Api.object().put("client_order_id", "life-r3").put("trigger_price", price)),
        400,
        7401);
    Problems.expect(
        api.trader(42)
            .put(
                "/api/v1/orders/" + id,
                Api.object().put("client_order_id", "life-r4").put("quantity", 1)),
        404,
        1404);
    assertThat(trader.order(id).expect(200).json()).isEqualTo(replaced.json());
    trader.cancel(id).expect(200);
    Problems.expect(
        trader.put(
            "/api/v1/orders/" + id,
            Api.object().put("client_order_id", "life-r5").put("quantity", 1)),
        409,
        1411);
    assertThat(trader.put("/api/v1/orders/" + id, terms).expect(200).text("status"))
        .isEqualTo("CANCELED");
    assertThat(blocked(trader)).isEqualByComparingTo("0");
  }

  @Test
  void stopRestsUntilItsTriggerIsReachedAndThenTrades(Api api) {
    Caller trader = api.trader(43);
    BigDecimal above = times(trader, "TCS", "1.05");
    Answer rests =
        trader
            .place(stop("life-1", "TCS", "BUY", "SL", above.add(BigDecimal.ONE), above))
            .expect(201);
    assertThat(rests.text("status")).isEqualTo("NEW");
    assertThat(rests.text("triggered_at")).isNull();
    assertThat(blocked(trader))
        .isEqualByComparingTo(above.add(BigDecimal.ONE).multiply(new BigDecimal("2")));

    // Half a per cent below the market: triggered at once, protected to half a per cent above it.
    Answer trades =
        trader
            .place(stop("life-2", "TCS", "BUY", "SL-M", null, times(trader, "TCS", "0.995")))
            .expect(201);
    assertThat(trades.text("triggered_at")).isNotNull();
    assertThat(reports(trader, trades.text("order_id"))).startsWith("NEW", "TRIGGERED");

    Problems.expect(
        trader.place(stop("life-3", "TCS", "BUY", "SL", above, above.add(BigDecimal.ONE))),
        400,
        7401);
    ObjectNode market = market("life-4", "TCS", "BUY", 1).put("trigger_price", above);
    Problems.expect(trader.place(market), 400, 7401);

    Answer all = trader.delete("/api/v1/orders").expect(200);
    assertThat(all.json().get("canceled").toString()).contains(rests.text("order_id"));
    assertThat(blocked(trader)).isEqualByComparingTo("0");
  }

  @Test
  void massCancelTakesWhatItNamesAndNothingElse(Api api) {
    Caller trader = api.trader(44);
    List<String> ids = new ArrayList<>();
    for (String symbol : List.of("ITC", "ITC", "SBIN")) {
      ids.add(
          trader
              .place(limit("life-" + ids.size(), symbol, "BUY", 1, times(trader, symbol, "0.95")))
              .expect(201)
              .text("order_id"));
    }
    Answer canceled = trader.delete("/api/v1/orders?symbol=ITC&side=BUY").expect(200);
    assertThat(canceled.json().get("canceled"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(ids.get(0), ids.get(1));
    assertThat(trader.order(ids.get(2)).expect(200).text("status")).isEqualTo("NEW");
    assertThat(trader.delete("/api/v1/orders?side=SELL").expect(200).json().get("canceled"))
        .isEmpty();
    assertThat(trader.delete("/api/v1/orders").expect(200).json().get("canceled")).hasSize(1);
    Problems.expect(trader.delete("/api/v1/orders?side=UP"), 400, 7403);
  }

  @Test
  void haltSuspendsAndRefusesUntilItEnds(Api api) {
    Caller trader = api.trader(45);
    Caller ops = api.as("ops");
    String halts = "/api/v1/halts/NESTLEIND";
    String id =
        trader
            .place(limit("life-1", "NESTLEIND", "BUY", 1, times(trader, "NESTLEIND", "0.95")))
            .expect(201)
            .text("order_id");
    Problems.expect(ops.put("/api/v1/halts/NOSUCH", Api.object().put("reason", "x")), 422, 3422);
    try {
      Answer halt = ops.put(halts, Api.object().put("reason", "Price-sensitive news")).expect(200);
      assertThat(halt.text("halted_by")).isEqualTo("ops");
      assertThat(trader.get("/api/v1/halts").expect(200).json().toString())
          .contains("Price-sensitive news");
      Answer refused = trader.place(market("life-2", "NESTLEIND", "BUY", 1)).expect(201);
      assertThat(refused.text("status")).isEqualTo("REJECTED");
      assertThat(refused.decimal("reject_code")).isEqualByComparingTo("1005");
      trader.await("/api/v1/orders/" + id, SOON, order -> order.text("status").equals("SUSPENDED"));
    } finally {
      assertThat(ops.delete(halts).expect(200).json().get("halts")).isEmpty();
    }
    trader.await("/api/v1/orders/" + id, SOON, order -> order.text("status").equals("NEW"));
    assertThat(reports(trader, id)).containsExactly("NEW", "SUSPENDED", "RESTATED");
    trader.cancel(id).expect(200);
    assertThat(trader.place(market("life-3", "NESTLEIND", "BUY", 1)).expect(201).text("status"))
        .isNotEqualTo("REJECTED");
  }

  @Test
  void accountsModeDecidesWhereItsOrdersGo(Api api) {
    Caller trader = api.trader(46);
    Caller admin = api.as("admin");
    String mode = "/api/v1/trading-modes/" + trader.accountId();
    assertThat(trader.get("/api/v1/trading-modes").expect(200).json().at("/modes/0/mode").asText())
        .isEqualTo("paper");
    String id =
        trader
            .place(limit("life-1", "SBIN", "BUY", 1, times(trader, "SBIN", "0.95")))
            .expect(201)
            .text("order_id");
    Problems.expect(admin.put(mode, Api.object().put("mode", "live")), 409, 1412);
    try {
      admin.put(mode, Api.object().put("mode", "halted")).expect(200);
      assertThat(
              trader.place(market("life-2", "SBIN", "BUY", 1)).expect(201).decimal("reject_code"))
          .isEqualByComparingTo("1003");
      trader.cancel(id).expect(200);
      assertThat(admin.put(mode, Api.object().put("mode", "live")).expect(200).text("set_by"))
          .isEqualTo("admin");
      Answer live = trader.place(market("life-3", "SBIN", "BUY", 1)).expect(201);
      assertThat(live.decimal("reject_code")).isEqualByComparingTo("1004");
      assertThat(live.decimal("filled_quantity")).isEqualByComparingTo("0");
    } finally {
      admin.put(mode, Api.object().put("mode", "paper")).expect(200);
    }
    assertThat(trader.place(market("life-4", "SBIN", "BUY", 1)).expect(201).text("status"))
        .isNotEqualTo("REJECTED");
    Problems.expect(
        admin.put(
            "/api/v1/trading-modes/01900000-0000-7000-8000-000000000000",
            Api.object().put("mode", "paper")),
        404,
        4404);
  }
}
