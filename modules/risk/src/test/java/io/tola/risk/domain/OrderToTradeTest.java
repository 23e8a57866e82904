package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class OrderToTradeTest {

  private final OrderToTrade limit =
      new OrderToTrade(new BigDecimal("50"), new BigDecimal("500"), 100);

  @Test
  void theSlabsBeginAtTheirRatioAndNotBelow() {
    assertThat(limit.level(4_999, 100)).isZero();
    assertThat(limit.level(5_000, 100)).isEqualTo(1);
    assertThat(limit.level(49_999, 100)).isEqualTo(1);
    assertThat(limit.level(50_000, 100)).isEqualTo(2);
  }

  @Test
  void withoutATradeEachMessageCountsAndFewMessagesAreNoRatio() {
    assertThat(limit.level(99, 0)).isZero();
    assertThat(limit.level(100, 0)).isEqualTo(1);
    assertThat(limit.level(500, 0)).isEqualTo(2);
    assertThat(OrderToTrade.ratio(7, 0)).isEqualByComparingTo("7");
    assertThat(OrderToTrade.ratio(10, 3)).isEqualByComparingTo("3.33");
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    BigDecimal five = new BigDecimal("5");
    assertThatThrownBy(() -> new OrderToTrade(five, BigDecimal.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OrderToTrade(BigDecimal.ZERO, five, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new OrderToTrade(five, five, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void aTradeMoreNeverMakesItWorseAndAMessageMoreNeverBetter(
      @ForAll @LongRange(min = 0, max = 100_000) long messages,
      @ForAll @LongRange(min = 0, max = 2_000) long trades) {
    assertThat(limit.level(messages, trades + 1))
        .isLessThanOrEqualTo(limit.level(messages, trades));
    assertThat(limit.level(messages + 1, trades))
        .isGreaterThanOrEqualTo(limit.level(messages, trades));
    // The plain way, in doubles, is exact here: all numbers are whole and small.
    double ratio = (double) messages / Math.max(trades, 1);
    int plain = messages < 100 ? 0 : ratio >= 500 ? 2 : ratio >= 50 ? 1 : 0;
    assertThat(limit.level(messages, trades)).isEqualTo(plain);
  }
}
