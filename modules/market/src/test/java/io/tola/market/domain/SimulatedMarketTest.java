package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.market.Samples;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SimulatedMarketTest {

  private static final List<Instrument> THREE =
      List.of(
          Samples.instrument("MARUTI", "Automobile", "0.05", "10"),
          Samples.instrument("TATASTEEL", "Metals", "0.05", "10"),
          Samples.instrument("HINDALCO", "Metals", "0.05", "10"));
  private static final Map<String, Long> CLOSES =
      Map.of("MARUTI", units("12400"), "TATASTEEL", units("167"), "HINDALCO", units("690"));

  private static long units(String rupees) {
    return Units.of(new BigDecimal(rupees));
  }

  private static List<Quote> run(SimulatedMarket market, int steps, Instant from) {
    List<Quote> quotes = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      quotes.addAll(market.step(from.plusMillis(250L * i)));
    }
    return quotes;
  }

  private static SimulatedMarket market(long seed) {
    return SimulatedMarket.of(seed, 4, THREE, CLOSES, Map.of(), 0);
  }

  @Property(tries = 60)
  void quotesAreOnTheGridInsideTheBandAndOneOrTwoTicksWide(
      @ForAll long seed,
      @ForAll @LongRange(min = 20_000, max = 300_000_000) long close,
      @ForAll @IntRange(min = 1, max = 20) int bandPct,
      @ForAll @DoubleRange(min = 0.1, max = 1_000) double rate) {
    Instrument one = Samples.instrument("ONE", "Power", "0.05", String.valueOf(bandPct));
    BigDecimal tick = one.tickSize();
    long previous = Math.max(1, close / 500) * 500;
    SimulatedMarket market =
        SimulatedMarket.of(seed, rate, List.of(one), Map.of("ONE", previous), Map.of(), 0);
    BigDecimal anchor = Units.price(previous).value();
    BigDecimal share = BigDecimal.valueOf(bandPct).movePointLeft(2);
    BigDecimal lowest = anchor.multiply(BigDecimal.ONE.subtract(share));
    BigDecimal highest =
        anchor
            .multiply(BigDecimal.ONE.add(share))
            .max(lowest.add(tick.multiply(new BigDecimal(3))));
    long volume = 0;
    for (Quote quote : run(market, 500, Samples.MORNING)) {
      assertThat(quote.bid().isOnGrid(tick)).isTrue();
      assertThat(quote.ask().isOnGrid(tick)).isTrue();
      BigDecimal spread = quote.ask().value().subtract(quote.bid().value());
      assertThat(spread).isBetween(tick, tick.add(tick));
      assertThat(quote.last()).isIn(quote.bid(), quote.ask());
      assertThat(quote.bid().value()).isGreaterThanOrEqualTo(lowest);
      assertThat(quote.ask().value()).isLessThanOrEqualTo(highest);
      assertThat(quote.low()).isLessThanOrEqualTo(quote.last());
      assertThat(quote.high()).isGreaterThanOrEqualTo(quote.last());
      assertThat(quote.open()).isBetween(quote.low(), quote.high());
      assertThat(quote.bidSize().value()).isBetween(100L, 9_999L);
      assertThat(quote.askSize().value()).isBetween(100L, 9_999L);
      assertThat(quote.volume()).isGreaterThan(volume);
      assertThat(quote.previousClose()).isEqualTo(Units.price(previous));
      volume = quote.volume();
    }
  }

  @Property(tries = 20)
  void theSameSeedMakesTheSameMarket(@ForAll long seed) {
    assertThat(run(market(seed), 200, Samples.MORNING))
        .isEqualTo(run(market(seed), 200, Samples.MORNING));
  }

  @Test
  void theSeedFortyTwoMakesThisMarketOnEveryMachine() {
    Quote last = run(market(42), 1_000, Samples.MORNING).get(2_999);
    assertThat(last.symbol().value()).isEqualTo("TATASTEEL");
    assertThat(last.bid() + " " + last.ask() + " " + last.last() + " " + last.volume())
        .isEqualTo("167.10 167.15 167.10 534046");
  }

  @Test
  void anotherSeedMakesAnotherMarket() {
    assertThat(run(market(1), 50, Samples.MORNING))
        .isNotEqualTo(run(market(2), 50, Samples.MORNING));
  }

  @Test
  void aWeekOfStepsStaysNearItsPreviousClose() {
    SimulatedMarket market = market(7);
    Instant now = Instant.parse("2026-11-20T18:30:00Z");
    double widest = 0;
    for (int i = 0; i < 345_000; i++) {
      for (Quote quote : market.step(now.plusMillis(250L * i))) {
        widest = Math.max(widest, Math.abs(quote.changePct().doubleValue()));
      }
    }
    assertThat(widest).isBetween(0.5, 9.2);
  }

  @Test
  void sharesMoveTogether() {
    SimulatedMarket market = market(3);
    int together = 0;
    int apart = 0;
    Map<String, BigDecimal> before = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      Map<String, Integer> direction = new HashMap<>();
      for (int j = 0; j < 40; j++) {
        market.step(Samples.MORNING.plusMillis(250L * (i * 41L + j)));
      }
      for (Quote quote : market.step(Samples.MORNING.plusMillis(250L * (i * 41L + 40)))) {
        BigDecimal last = quote.last().value();
        BigDecimal previous = before.put(quote.symbol().value(), last);
        direction.put(quote.symbol().value(), previous == null ? 0 : last.compareTo(previous));
      }
      int product = direction.get("TATASTEEL") * direction.get("HINDALCO");
      together += product > 0 ? 1 : 0;
      apart += product < 0 ? 1 : 0;
    }
    assertThat(together).isGreaterThan(apart * 5 / 4);
  }

  @Test
  void anotherDriverContinuesFromTheLastQuotes() {
    List<Quote> before = run(market(5), 400, Samples.MORNING);
    Map<String, Quote> last = new HashMap<>();
    before.forEach(quote -> last.put(quote.symbol().value(), quote));
    SimulatedMarket next = SimulatedMarket.of(5, 4, THREE, Map.of(), last, 400);

    for (Quote quote : next.step(Samples.MORNING.plusSeconds(101))) {
      Quote earlier = last.get(quote.symbol().value());
      assertThat(quote.open()).isEqualTo(earlier.open());
      assertThat(quote.previousClose()).isEqualTo(earlier.previousClose());
      assertThat(quote.volume()).isGreaterThan(earlier.volume());
      assertThat(quote.sequence()).isGreaterThan(earlier.sequence());
      double jump =
          quote.last().value().subtract(earlier.last().value()).abs().doubleValue()
              / earlier.last().value().doubleValue();
      assertThat(jump).isLessThan(0.003);
    }
  }

  @Test
  void aNewDayBeginsAtTheCloseOfTheOldOne() {
    SimulatedMarket market = market(9);
    Map<String, Quote> evening = new HashMap<>();
    market
        .step(Instant.parse("2026-11-20T18:29:59Z"))
        .forEach(quote -> evening.put(quote.symbol().value(), quote));
    for (Quote quote : market.step(Instant.parse("2026-11-20T18:30:00Z"))) {
      Quote old = evening.get(quote.symbol().value());
      assertThat(quote.previousClose()).isEqualTo(old.last());
      assertThat(quote.open()).isEqualTo(quote.last());
      assertThat(quote.high()).isEqualTo(quote.last());
    }
  }

  @Test
  void anInstrumentWithoutAnyPriceIsRefused() {
    assertThatThrownBy(() -> SimulatedMarket.of(1, 4, THREE, Map.of(), Map.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HINDALCO");
  }
}
