package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.market.Samples;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.api.Quote;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarBuilderTest {

  private final BarBuilder bars = new BarBuilder();
  private final QuoteBuilder quotes =
      new QuoteBuilder(Samples.instrument("SBIN"), Quote.Source.REPLAY, 0);

  private void tick(String at, String price, long volume) {
    Instant instant = Instant.parse(at);
    bars.take(List.of(quotes.trade(Units.of(Price.of(price)), volume, instant, instant)));
  }

  @Test
  void aMinuteIsFinishedByTheNextOne() {
    tick("2021-04-28T04:00:10Z", "100.00", 1_000);
    tick("2021-04-28T04:00:20Z", "101.00", 1_100);
    tick("2021-04-28T04:00:50Z", "99.00", 1_300);
    assertThat(bars.drain()).isEmpty();
    tick("2021-04-28T04:02:01Z", "99.50", 1_350);

    Bar bar = bars.drain().get(0);
    assertThat(bar.interval()).isEqualTo(Interval.ONE_MINUTE);
    assertThat(bar.start()).isEqualTo(Instant.parse("2021-04-28T04:00:00Z"));
    assertThat(List.of(bar.open(), bar.high(), bar.low(), bar.close()))
        .containsExactly(Price.of("100"), Price.of("101"), Price.of("99"), Price.of("99"));
    assertThat(bar.volume())
        .as("what came before the first quote isn't this minute's")
        .isEqualTo(300);
    assertThat(bars.drain()).isEmpty();

    tick("2021-04-28T04:03:01Z", "99.50", 1_400);
    assertThat(bars.drain().get(0).volume()).isEqualTo(50);
  }

  @Test
  void aNewDayFinishesTheOldDaysBar() {
    tick("2021-04-28T04:00:10Z", "100.00", 1_000);
    tick("2021-04-28T09:59:50Z", "104.00", 5_000);
    bars.drain();
    tick("2021-04-29T03:45:01Z", "103.00", 70);

    List<Bar> finished = bars.drain();
    assertThat(finished)
        .extracting(Bar::interval)
        .containsExactly(Interval.ONE_MINUTE, Interval.ONE_DAY);
    Bar day = finished.get(1);
    assertThat(day.start()).isEqualTo(Instant.parse("2021-04-27T18:30:00Z"));
    assertThat(day.open()).isEqualTo(Price.of("100"));
    assertThat(day.close()).isEqualTo(Price.of("104"));
    assertThat(day.volume()).isEqualTo(5_000);

    tick("2021-04-29T03:46:01Z", "103.00", 90);
    assertThat(bars.drain().get(0).volume()).isEqualTo(70);
  }

  @Test
  void aNewDaysFirstQuoteMayCarryMoreThanTheWholeDayBefore() {
    tick("2021-04-28T04:00:10Z", "100.00", 1_000);
    tick("2021-04-29T03:45:01Z", "103.00", 7_000);
    tick("2021-04-29T03:45:31Z", "103.00", 9_000);
    bars.drain();
    tick("2021-04-29T03:46:01Z", "103.00", 9_100);

    assertThat(bars.drain().get(0).volume()).isEqualTo(9_000);
  }
}
