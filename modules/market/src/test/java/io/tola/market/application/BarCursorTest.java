package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BarCursorTest {

  private static final Symbol MM = new Symbol("M&M");
  private static final Instant START = Instant.parse("2026-11-20T03:45:00Z");
  private static final Price ONE = Price.of("1");
  private static final String CURSOR =
      BarCursor.behind(new Bar(MM, Interval.ONE_MINUTE, START, ONE, ONE, ONE, ONE, 1));

  @Test
  void aCursorContinuesItsOwnListOnly() {
    assertThat(BarCursor.parse(CURSOR, MM, Interval.ONE_MINUTE)).isEqualTo(new BarCursor(START));
    assertThat(BarCursor.parse(CURSOR, MM, Interval.ONE_DAY)).isNull();
    assertThat(BarCursor.parse(CURSOR, new Symbol("SBIN"), Interval.ONE_MINUTE)).isNull();
    assertThat(BarCursor.parse(CURSOR + "A", MM, Interval.ONE_MINUTE)).isNull();
  }

  @Property
  void otherTextIsNoCursorAndNoFault(@ForAll String text) {
    assertThat(BarCursor.parse(text, MM, Interval.ONE_MINUTE)).isNull();
  }
}
