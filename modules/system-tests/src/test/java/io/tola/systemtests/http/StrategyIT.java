package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.Sql;
import io.tola.systemtests.platform.TestPlatform;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Strategies as a client meets them: set, heard, tested, traded on, and run by the clock. */
@ExtendWith(SharedPlatform.class)
class StrategyIT {

  private static final String STRATEGIES = "/api/v1/strategies";
  private static final Duration CLOCK_RUNS = Duration.ofSeconds(90);

  private final Api api;
  private final Sql sql;
  private final List<String> repairs = new ArrayList<>();

  StrategyIT(TestPlatform platform) {
    api = platform.api();
    sql = platform.sql();
  }

  @AfterEach
  void repair() {
    repairs.forEach(sql::execute);
  }

  private static ObjectNode run(String symbol, Long quantity) {
    ObjectNode body = Api.object();
    body.putArray("symbols").add(symbol);
    body.put("interval", "1d");
    if (quantity != null) {
      body.putObject("auto_trade").put("quantity", quantity).put("product", "CNC");
    }
    return body;
  }

  /** Replaces the settings, whatever their version is. */
  private Answer set(
      String strategy, Map<String, Integer> parameters, boolean enabled, Integer schedule) {
    long version =
        api.as("risk").get(STRATEGIES + "/" + strategy).expect(200).json().get("version").asLong();
    ObjectNode body = Api.object();
    ObjectNode values = body.putObject("parameters");
    parameters.forEach(values::put);
    body.put("interval", "1d").put("enabled", enabled).put("version", version);
    body.putArray("symbols").add("NTPC").add("ONGC");
    if (schedule != null) {
      body.put("schedule_seconds", schedule);
    }
    return api.as("risk").put(STRATEGIES + "/" + strategy, body);
  }

  private List<JsonNode> daily(Caller caller, String symbol) {
    Instant now = Instant.parse(caller.quote(symbol).get("timestamp").asText());
    return caller
        .get(
            "/api/v1/historical?symbol="
                + symbol
                + "&interval=1d&limit=500&from="
                + now.minus(Duration.ofDays(450))
                + "&to="
                + now.minus(Duration.ofDays(1)))
        .expect(200)
        .items();
  }

  /**
   * Lets the last day that has ended close far above all others, and the day before at its low: a
   * breakout is news on its first day only.
   */
  private void breakOut(Caller caller, String symbol) {
    List<JsonNode> bars = daily(caller, symbol);
    change(symbol, bars.get(bars.size() - 2), "close = low");
    change(symbol, bars.get(bars.size() - 1), "high = high * 3, close = high * 3");
  }

  private void change(String symbol, JsonNode bar, String change) {
    String where =
        " WHERE interval = '1d' AND symbol = '"
            + symbol
            + "' AND start_at = '"
            + bar.get("start").asText()
            + "'";
    sql.execute("UPDATE ohlc_data SET " + change + where);
    repairs.add(
        "UPDATE ohlc_data SET high = "
            + bar.get("high").asText()
            + ", close = "
            + bar.get("close").asText()
            + where);
  }

  @Test
  void theShippedStrategiesAreListedWithWhatTheyMayBeSetTo() {
    List<JsonNode> strategies = api.trader(26).get(STRATEGIES).expect(200).items();
    assertThat(strategies)
        .extracting(s -> s.get("strategy").asText())
        .contains("breakout", "mean_reversion", "momentum", "rsi");
    assertThat(strategies)
        .allSatisfy(
            s -> {
              assertThat(s.get("parameters").size()).isEqualTo(s.get("parameter_specs").size());
              assertThat(s.get("bars_needed").asInt()).isPositive();
            });
  }

  @Test
  void aSignalIsStoredServedAndTradedOnOnceWithTheStrategysTag() {
    Caller trader = api.trader(26);
    breakOut(trader, "COALINDIA");

    JsonNode first = item(trader, "COALINDIA", 3);
    assertThat(first.at("/signal/direction").asText()).isEqualTo("BUY");
    assertThat(first.get("repeated").asBoolean()).isFalse();
    assertThat(first.at("/order/status").asInt()).as(first.toString()).isEqualTo(201);
    assertThat(first.at("/order/order/status").asText()).isEqualTo("FILLED");
    assertThat(first.at("/order/order/tag").asText()).isEqualTo("algo:breakout");
    assertThat(first.at("/order/order/side").asText()).isEqualTo("BUY");

    JsonNode again = item(trader, "COALINDIA", 3);
    assertThat(again.get("repeated").asBoolean()).isTrue();
    assertThat(again.at("/signal/signal_id")).isEqualTo(first.at("/signal/signal_id"));
    assertThat(again.at("/order/status").asInt()).isEqualTo(200);
    assertThat(again.at("/order/order/order_id")).isEqualTo(first.at("/order/order/order_id"));
    assertThat(trader.get("/api/v1/orders/history?symbol=COALINDIA").expect(200).items())
        .hasSize(1);
    assertThat(trader.get("/api/v1/positions/open?symbol=COALINDIA").expect(200).items())
        .singleElement()
        .satisfies(p -> assertThat(p.get("quantity").asLong()).isEqualTo(3));

    String signals = STRATEGIES + "/breakout/signals?symbol=COALINDIA&direction=BUY";
    assertThat(trader.get(signals).expect(200).items())
        .singleElement()
        .isEqualTo(first.get("signal"));
    long hits = cacheHits();
    assertThat(trader.get(signals).expect(200).items()).hasSize(1);
    assertThat(cacheHits()).as("the second reading is the cache's").isGreaterThan(hits);

    assertThat(
            api.as("auditor").get("/api/v1/audit/log?actor=trader26&limit=50").expect(200).items())
        .extracting(e -> e.get("action").asText())
        .contains("strategy_run", "order_placed");
  }

  private JsonNode item(Caller trader, String symbol, long quantity) {
    return trader
        .post(STRATEGIES + "/breakout/run", run(symbol, quantity))
        .expect(200)
        .items()
        .get(0);
  }

  private long cacheHits() {
    for (JsonNode cache :
        api.as("ops").get("/api/v1/performance/cache").expect(200).json().get("caches")) {
      if (cache.get("name").asText().equals("signals")) {
        return cache.get("hits").asLong();
      }
    }
    return 0;
  }

  @Test
  void whatAStrategyOrdersIsUnderTheSameControls() {
    Caller trader = api.trader(27);
    Caller risk = api.as("risk");
    breakOut(trader, "BPCL");
    String path = "/api/v1/risk/limits?account_id=" + trader.accountId();
    ObjectNode limits = (ObjectNode) risk.get(path).expect(200).json();
    limits.remove(List.of("account_id", "updated_by", "updated_at"));
    limits.put("max_order_value", 1);
    risk.put(path, limits).expect(200);

    JsonNode item = item(trader, "BPCL", 5);

    JsonNode order = item.at("/order/order");
    assertThat(order.path("status").asText()).as(item.toString()).isEqualTo("REJECTED");
    assertThat(order.path("reject_code").asInt()).as(item.toString()).isBetween(2000, 2999);
    assertThat(trader.get("/api/v1/positions/open?symbol=BPCL").expect(200).items()).isEmpty();
  }

  @Test
  void anAccountThatIsNotYoursIsNotTraded() {
    ObjectNode body = run("COALINDIA", 1L);
    ((ObjectNode) body.get("auto_trade")).put("account_id", api.trader(28).accountId());
    Problems.expect(api.trader(26).post(STRATEGIES + "/breakout/run", body), 404);
  }

  @Test
  void theClockRunsWhatHasASchedule() {
    set("mean_reversion", Map.of("period", 10), true, 10).expect(200);
    Answer said =
        api.trader(26)
            .await(
                STRATEGIES + "/mean_reversion/signals",
                CLOCK_RUNS,
                a -> a.status() == 200 && !a.items().isEmpty());
    assertThat(said.items())
        .hasSize(2)
        .allSatisfy(s -> assertThat(s.get("source").asText()).isEqualTo("TIMER"))
        .extracting(s -> s.get("symbol").asText())
        .containsExactlyInAnyOrder("NTPC", "ONGC");
    assertThat(
            api.trader(26)
                .get(STRATEGIES + "/mean_reversion")
                .expect(200)
                .json()
                .get("last_run_at")
                .isNull())
        .isFalse();
    set("mean_reversion", Map.of(), true, null).expect(200);
  }

  @Test
  void aBacktestIsTheNaiveWalkOverTheServedBars() {
    Caller trader = api.trader(26);
    set("momentum", Map.of("fast", 3, "slow", 8), true, null).expect(200);
    List<JsonNode> bars = daily(trader, "ITC");
    String from = bars.get(20).get("start").asText();
    String to =
        Instant.parse(bars.get(bars.size() - 1).get("start").asText()).plusSeconds(1).toString();
    ObjectNode body = Api.object().put("symbol", "ITC").put("from", from).put("to", to);
    body.put("interval", "1d").put("initial_cash", 500_000);

    Answer result = trader.post(STRATEGIES + "/momentum/backtest", body).expect(200);

    BigDecimal cash = new BigDecimal("500000");
    BigDecimal peak = cash;
    BigDecimal drawdown = BigDecimal.ZERO;
    BigDecimal shares = BigDecimal.ZERO;
    int closed = 0;
    int pending = 0;
    List<BigDecimal> curve = new ArrayList<>();
    for (int i = 20; i < bars.size(); i++) {
      BigDecimal open = bars.get(i).get("open").decimalValue();
      if (pending > 0 && shares.signum() == 0) {
        shares = cash.divide(open, 0, RoundingMode.DOWN);
        cash = cash.subtract(shares.multiply(open));
      } else if (pending < 0 && shares.signum() > 0) {
        cash = cash.add(shares.multiply(open));
        shares = BigDecimal.ZERO;
        closed++;
      }
      int now = above(bars, i);
      int before = above(bars, i - 1);
      pending = now > 0 && before <= 0 ? 1 : now < 0 && before >= 0 ? -1 : 0;
      BigDecimal equity = cash.add(shares.multiply(bars.get(i).get("close").decimalValue()));
      curve.add(equity);
      peak = peak.max(equity);
      drawdown = drawdown.max(peak.subtract(equity).divide(peak, 8, RoundingMode.HALF_UP));
    }
    BigDecimal fall = drawdown;
    assertThat(closed).as("the bars make it trade").isPositive();
    assertThat(result.json().get("bars").asInt()).isEqualTo(bars.size() - 20);
    assertThat(result.json().get("closed_trades").asInt()).isEqualTo(closed);
    assertThat(result.decimal("final_equity")).isEqualByComparingTo(curve.get(curve.size() - 1));
    assertThat(result.decimal("max_drawdown")).isEqualByComparingTo(fall);
    assertThat(
            result
                .json()
                .get("equity_curve")
                .valueStream()
                .map(p -> p.get("equity").decimalValue()))
        .usingElementComparator(BigDecimal::compareTo)
        .containsExactlyElementsOf(curve);

    assertThat(trader.get(STRATEGIES + "/momentum/performance").expect(200).items())
        .anySatisfy(
            row -> {
              assertThat(row.get("backtest_id")).isEqualTo(result.json().get("backtest_id"));
              assertThat(row.get("final_equity").decimalValue())
                  .isEqualByComparingTo(result.decimal("final_equity"));
              assertThat(row.get("max_drawdown").decimalValue()).isEqualByComparingTo(fall);
            });
    assertThat(
            sql.<BigDecimal>value(
                "SELECT final_equity FROM v_strategy_performance WHERE backtest_id = ?::uuid",
                result.text("backtest_id")))
        .isEqualByComparingTo(result.decimal("final_equity"));
  }

  /** Mean of the last 3 closes against the mean of the last 8, multiplied out. */
  private static int above(List<JsonNode> bars, int end) {
    return sum(bars, end, 3)
        .multiply(BigDecimal.valueOf(8))
        .compareTo(sum(bars, end, 8).multiply(BigDecimal.valueOf(3)));
  }

  private static BigDecimal sum(List<JsonNode> bars, int end, int count) {
    return bars.subList(end - count + 1, end + 1).stream()
        .map(b -> b.get("close").decimalValue())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void whatCantBeDoneIsRefusedWithItsCode() {
    Caller trader = api.trader(26);
    Caller risk = api.as("risk");
    Problems.expect(trader.get(STRATEGIES + "/nosuch"), 404, 8404);
    Problems.expect(trader.get(STRATEGIES + "/nosuch/signals"), 404, 8404);
    Problems.expect(trader.post(STRATEGIES + "/rsi/run", run("NOSUCH", null)), 422, 3422);
    Problems.expect(
        trader.post(STRATEGIES + "/rsi/run", run("TCS", null).put("as_of", "1999-01-01T00:00:00Z")),
        422,
        8423);
    Problems.expect(
        trader.post(STRATEGIES + "/rsi/run", run("TCS", null).put("as_of", "yesterday")), 400);
    Problems.expect(trader.get(STRATEGIES + "/rsi/signals?cursor=abc"), 400);
    Problems.expect(
        trader.post(
            STRATEGIES + "/rsi/backtest",
            Api.object()
                .put("symbol", "TCS")
                .put("interval", "1m")
                .put("from", "2000-01-01T00:00:00Z")
                .put("to", "2020-01-01T00:00:00Z")),
        422,
        8424);
    Problems.expect(set("rsi", Map.of("period", 1), true, null), 422, 8422);
    Problems.expect(
        risk.put(
            STRATEGIES + "/rsi",
            Api.object().put("interval", "1d").put("enabled", true).put("version", 99)),
        409,
        8409);
    set("rsi", Map.of(), false, null).expect(200);
    Problems.expect(trader.post(STRATEGIES + "/rsi/run", run("TCS", 1L)), 409, 8410);
    set("rsi", Map.of(), true, null).expect(200);
  }
}
