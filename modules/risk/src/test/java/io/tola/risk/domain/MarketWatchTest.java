package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Quote;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarketWatchTest {

  private static final List<String> SYMBOLS = List.of("A", "B");

  private final Map<GuardKind, GuardThreshold> thresholds = new EnumMap<>(GuardKind.class);
  private final Map<String, Quote> quotes = new HashMap<>();
  private Instant now = Instant.parse("2026-11-20T04:00:00Z");
  private MarketWatch watch;

  MarketWatchTest() {
    for (GuardKind guard : GuardKind.values()) {
      thresholds.put(guard, new GuardThreshold(new BigDecimal("5"), new BigDecimal("10")));
    }
    watch =
        new MarketWatch(
            thresholds,
            List.of(10, 15, 20),
            Duration.ofSeconds(15),
            Duration.ofSeconds(300),
            Duration.ofSeconds(5));
  }

  @Test
  void beforeAnyQuoteNothingIsSaid() {
    assertThat(watch.look(SYMBOLS, quotes, now, (g, s) -> GuardLevel.NORMAL)).isEmpty();
  }

  @Test
  void gapIsTheOpeningsDistanceFromThePreviousClose() {
    quote("A", "100", "94", "94");
    assertThat(value(GuardKind.GAP, "A")).isEqualByComparingTo("6");
    assertThat(read(GuardKind.GAP, "A").level()).isEqualTo(GuardLevel.WARNING);
  }

  @Test
  void symbolsWithoutACurrentQuoteAreStale() {
    quote("A", "100", "100", "100");
    assertThat(value(GuardKind.STALE_QUOTES, "market")).isEqualByComparingTo("50");
    quote("B", "100", "100", "100");
    assertThat(value(GuardKind.STALE_QUOTES, "market")).isZero();
    now = now.plusSeconds(16);
    assertThat(value(GuardKind.STALE_QUOTES, "market")).isEqualByComparingTo("100");
  }

  @Test
  void marketsMoveIsTheMeanOfAllAndHasStages() {
    quote("A", "100", "100", "86");
    quote("B", "200", "200", "180");
    GuardReading fall = read(GuardKind.MARKET_MOVE, "market");
    assertThat(fall.value()).isEqualByComparingTo("12");
    assertThat(fall.level()).isEqualTo(GuardLevel.CRITICAL);
    assertThat(fall.stage()).isEqualTo(10);
    quote("B", "200", "200", "260");
    assertThat(value(GuardKind.MARKET_MOVE, "market")).isEqualByComparingTo("8");
    quote("A", "100", "100", "120");
    quote("B", "200", "200", "240");
    assertThat(read(GuardKind.MARKET_MOVE, "market").stage()).isEqualTo(20);
  }

  @Test
  void spreadCountsWhenItIsWideForThreeLooks() {
    quote("A", "100", "100", "100", "95", "105");
    assertThat(find(GuardKind.SPREAD, "A")).isNull();
    look();
    assertThat(value(GuardKind.SPREAD, "A")).isEqualByComparingTo("10");
    quote("A", "100", "100", "100", "99", "101");
    assertThat(value(GuardKind.SPREAD, "A")).as("the least of three").isEqualByComparingTo("2");
  }

  /** Worked by hand: returns ln(110/100), ln(100/110), ln(110/100). */
  @Test
  void volatilityIsTheRootOfTheSumOfSquaredLogReturns() {
    for (String price : List.of("100", "110", "100")) {
      quote("A", "100", "100", price);
      look();
    }
    quote("A", "100", "100", "110");
    double r = Math.log(1.1);
    assertThat(value(GuardKind.VOLATILITY, "A").doubleValue())
        .isCloseTo(100 * Math.sqrt(3 * r * r), org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void volatilityIsToldFromTheSecondLookOn() {
    quote("A", "100", "100", "100");
    assertThat(find(GuardKind.VOLATILITY, "A")).isNull();
    second();
    quote("A", "100", "100", "112");
    assertThat(read(GuardKind.VOLATILITY, "A").level()).isEqualTo(GuardLevel.CRITICAL);
  }

  @Test
  void pricesLeaveTheWindowByTimeHoweverManyLooksThereWere() {
    quote("A", "100", "100", "90");
    look();
    second();
    quote("A", "100", "100", "100");
    for (int seconds = 0; seconds < 299; seconds++) {
      quote("A", "100", "100", "100");
      look();
      second();
    }
    quote("A", "100", "100", "100");
    assertThat(value(GuardKind.VOLATILITY, "A")).as("299 seconds on").isGreaterThan(BigDecimal.TEN);
    second();
    quote("A", "100", "100", "100");
    assertThat(value(GuardKind.VOLATILITY, "A")).as("301 seconds on").isZero();
  }

  @Test
  void whatHappenedOverNightIsAGapAndNoVolatility() {
    quote("A", "100", "100", "100");
    look();
    second();
    look();
    now = now.plus(Duration.ofHours(18));
    quote("A", "100", "92.7", "92.7");
    assertThat(find(GuardKind.VOLATILITY, "A")).isNull();
    assertThat(read(GuardKind.GAP, "A").level()).isEqualTo(GuardLevel.WARNING);
    second();
    quote("A", "100", "92.7", "92.7");
    assertThat(value(GuardKind.VOLATILITY, "A")).isZero();
  }

  @Test
  void aPauseWithoutLooksClearsTheWindowAndAFewLateLooksDont() {
    quote("A", "100", "100", "100");
    look();
    now = now.plusSeconds(4);
    quote("A", "100", "100", "92.7");
    assertThat(value(GuardKind.VOLATILITY, "A")).isGreaterThan(new BigDecimal("7"));
    now = now.plus(Duration.ofHours(1));
    quote("A", "100", "100", "80");
    assertThat(find(GuardKind.VOLATILITY, "A")).isNull();
  }

  @Test
  void aNewDayOfTheMarketBeginsAnewAlsoWithoutAPause() {
    now = Instant.parse("2026-11-20T18:29:59Z");
    quote("A", "100", "100", "100");
    look();
    second();
    quote("A", "100", "92.7", "92.7");
    assertThat(find(GuardKind.VOLATILITY, "A")).isNull();
  }

  private void second() {
    now = now.plusSeconds(1);
  }

  @Test
  void aLevelIsLeftATenthBelowItsThreshold() {
    GuardThreshold threshold = thresholds.get(GuardKind.GAP);
    assertThat(level(threshold, "10", GuardLevel.NORMAL)).isEqualTo(GuardLevel.CRITICAL);
    assertThat(level(threshold, "9.5", GuardLevel.CRITICAL)).isEqualTo(GuardLevel.CRITICAL);
    assertThat(level(threshold, "8.9", GuardLevel.CRITICAL)).isEqualTo(GuardLevel.WARNING);
    assertThat(level(threshold, "4.6", GuardLevel.WARNING)).isEqualTo(GuardLevel.WARNING);
    assertThat(level(threshold, "4.4", GuardLevel.WARNING)).isEqualTo(GuardLevel.NORMAL);
    assertThat(level(threshold, "4.6", GuardLevel.NORMAL)).isEqualTo(GuardLevel.NORMAL);
  }

  @Test
  void thresholdsThatDontRiseAreRefused() {
    assertThatThrownBy(() -> new GuardThreshold(BigDecimal.TEN, BigDecimal.ONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new GuardThreshold(BigDecimal.ZERO, BigDecimal.ONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GuardLevel level(GuardThreshold threshold, String value, GuardLevel before) {
    return threshold.level(new BigDecimal(value), before);
  }

  private void look() {
    watch.look(SYMBOLS, quotes, now, (g, s) -> GuardLevel.NORMAL);
  }

  private GuardReading find(GuardKind guard, String scope) {
    return watch.look(SYMBOLS, quotes, now, (g, s) -> GuardLevel.NORMAL).stream()
        .filter(r -> r.guard() == guard && r.scope().equals(scope))
        .findFirst()
        .orElse(null);
  }

  private GuardReading read(GuardKind guard, String scope) {
    GuardReading found = find(guard, scope);
    assertThat(found).isNotNull();
    return found;
  }

  private BigDecimal value(GuardKind guard, String scope) {
    return read(guard, scope).value();
  }

  private void quote(String symbol, String close, String open, String last) {
    quote(symbol, close, open, last, last, last);
  }

  private void quote(
      String symbol, String close, String open, String last, String bid, String ask) {
    quotes.put(
        symbol,
        new Quote(
            new Symbol(symbol),
            Price.of(bid),
            Quantity.of(1),
            Price.of(ask),
            Quantity.of(1),
            Price.of(last),
            Price.of(open),
            Price.of(last),
            Price.of(last),
            Price.of(close),
            1,
            now,
            now,
            1,
            Quote.Source.SIMULATED));
  }
}
