package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.market.Samples;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import java.time.LocalDate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class SimulatedHistoryTest {

  private static final List<LocalDate> DAYS =
      TradingCalendar.weekdaysOnly().daysBefore(LocalDate.of(2026, 11, 20), 30);

  @Property(tries = 40)
  void thePastEndsAtTheGivenCloseOnTheGridAndIsConsistent(
      @ForAll long seed, @ForAll @LongRange(min = 200, max = 500_000) long ticks) {
    Instrument instrument = Samples.instrument("ONE");
    long close = ticks * 500;
    List<Bar> daily = SimulatedHistory.daily(seed, instrument, DAYS, close);

    assertThat(daily)
        .hasSize(DAYS.size())
        .isSortedAccordingTo((a, b) -> a.start().compareTo(b.start()));
    assertThat(daily.get(DAYS.size() - 1).close()).isEqualTo(Units.price(close));
    assertThat(daily).isEqualTo(SimulatedHistory.daily(seed, instrument, DAYS, close));
    daily.forEach(bar -> assertConsistent(bar, instrument));

    Bar last = daily.get(DAYS.size() - 1);
    List<Bar> minutes = SimulatedHistory.minutes(seed, instrument, last);
    assertThat(minutes).hasSize(SimulatedHistory.MINUTES);
    minutes.forEach(bar -> assertConsistent(bar, instrument));
    assertThat(minutes.get(0).open()).isEqualTo(last.open());
    assertThat(minutes.get(374).close()).isEqualTo(last.close());
    assertThat(minutes.stream().map(Bar::high).max(Price::compareTo)).contains(last.high());
    assertThat(minutes.stream().map(Bar::low).min(Price::compareTo)).contains(last.low());
    assertThat(minutes.stream().mapToLong(Bar::volume).sum()).isEqualTo(last.volume());
  }

  private static void assertConsistent(Bar bar, Instrument instrument) {
    for (Price price : List.of(bar.open(), bar.high(), bar.low(), bar.close())) {
      assertThat(price.isOnGrid(instrument.tickSize())).isTrue();
      assertThat(price).isBetween(bar.low(), bar.high());
    }
    assertThat(bar.volume()).isNotNegative();
  }
}
