package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.market.Samples;
import io.tola.market.api.Quote;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuoteBuilderTest {

  private static final Instant NINE_FIFTEEN = Instant.parse("2021-04-28T03:45:00Z");

  private final QuoteBuilder builder =
      new QuoteBuilder(Samples.instrument("SBIN"), Quote.Source.REPLAY, 0);

  private Quote trade(String price, long volume, int second) {
    return builder.trade(
        Units.of(new BigDecimal(price)),
        volume,
        NINE_FIFTEEN.plusSeconds(second),
        Samples.MORNING.plusSeconds(second));
  }

  @Test
  void aTradeUpHitTheAskAndOneDownTheBid() {
    trade("357.00", 1_000, 0);
    Quote up = trade("357.10", 1_500, 1);
    Quote same = trade("357.10", 1_600, 2);
    Quote down = trade("357.05", 1_700, 3);

    assertThat(up.ask()).isEqualTo(Price.of("357.10"));
    assertThat(up.bid()).isEqualTo(Price.of("357.05"));
    assertThat(same.ask()).isEqualTo(up.ask());
    assertThat(down.bid()).isEqualTo(Price.of("357.05"));
    assertThat(down.ask()).isEqualTo(Price.of("357.10"));
  }

  @Test
  void aPriceBetweenTwoTicksLiesBetweenBidAndAsk() {
    Quote quote = trade("357.02", 10, 0);

    assertThat(quote.bid()).isEqualTo(Price.of("357.00"));
    assertThat(quote.ask()).isEqualTo(Price.of("357.05"));
    assertThat(quote.last()).isEqualTo(Price.of("357.02"));
  }

  @Test
  void theDaysFiguresFollowTheTicks() {
    trade("357.00", 1_000, 0);
    trade("360.00", 2_000, 1);
    Quote quote = trade("355.00", 1_900, 2);

    assertThat(quote.open()).isEqualTo(Price.of("357"));
    assertThat(quote.high()).isEqualTo(Price.of("360"));
    assertThat(quote.low()).isEqualTo(Price.of("355"));
    assertThat(quote.volume()).as("volume never falls within a day").isEqualTo(2_000);
    assertThat(quote.previousClose()).as("the first price stands in").isEqualTo(Price.of("357"));
  }

  @Test
  void theNextDayHasThisDaysLastPriceAsItsPreviousClose() {
    trade("357.00", 1_000, 0);
    trade("358.00", 2_000, 1);
    Quote next = trade("350.00", 10, 86_400);

    assertThat(next.previousClose()).isEqualTo(Price.of("358"));
    assertThat(next.open()).isEqualTo(Price.of("350"));
    assertThat(next.high()).isEqualTo(Price.of("350"));
    assertThat(next.volume()).isEqualTo(10);
  }

  @Test
  void theLowestPossiblePriceStillHasABid() {
    Quote quote = trade("0.05", 10, 0);

    assertThat(quote.bid()).isEqualTo(Price.of("0.05"));
    assertThat(quote.ask()).isEqualTo(Price.of("0.10"));
  }

  @Property
  void theBookIsNeverCrossedAndContainsTheLastPrice(
      @ForAll @Size(min = 1, max = 50) List<@LongRange(min = 500, max = 90_000_000) Long> prices) {
    QuoteBuilder one = new QuoteBuilder(Samples.instrument("SBIN"), Quote.Source.REPLAY, 0);
    BigDecimal tick = new BigDecimal("0.05");
    long sequence = 0;
    int i = 0;
    for (long price : prices) {
      Instant at = NINE_FIFTEEN.plusSeconds(i++);
      Quote quote = one.trade(price, i, at, Samples.MORNING);
      assertThat(quote.ask().value().subtract(quote.bid().value())).isEqualByComparingTo(tick);
      assertThat(quote.last()).isBetween(quote.bid(), quote.ask());
      assertThat(quote.bid().isOnGrid(tick)).isTrue();
      assertThat(quote.sequence()).isGreaterThan(sequence);
      sequence = quote.sequence();
    }
  }
}
