package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.domain.FeeSchedule.Component;
import io.tola.portfolio.domain.FeeSchedule.Rate;
import io.tola.portfolio.domain.FeeSchedule.Segment;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FeeScheduleTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private static Rate rate(Component component, String rate, String cap) {
    return new Rate(
        component,
        Segment.INTRADAY,
        true,
        LocalDate.of(2020, 1, 1),
        new BigDecimal(rate),
        cap == null ? null : new BigDecimal(cap));
  }

  private final FeeSchedule schedule =
      new FeeSchedule(
          List.of(
              rate(Component.BROKERAGE, "0.0003", "20"),
              rate(Component.EXCHANGE, "0.00003", null),
              rate(Component.IPFT, "0.000001", null),
              rate(Component.SEBI, "0.000001", null),
              rate(Component.GST, "0.18", null)));

  private Charges charge(String value, String orderValue) {
    return schedule.of(Segment.INTRADAY, true, DAY, Money.of(value), Money.of(orderValue));
  }

  @Test
  void gstIsOnBrokerageExchangeFeeAndSebiFeeOnly() {
    Charges charges = charge("10000", "10000");
    assertThat(charges.brokerage()).isEqualByComparingTo("3");
    assertThat(charges.gst()).isEqualByComparingTo("0.5958"); // 18 % of 3 + 0.30 + 0.01
    assertThat(charges.total()).isEqualByComparingTo("3.9158");
  }

  @Test
  void whatHasNoRateOnTheDateCostsNothing() {
    assertThat(
            schedule.of(
                Segment.INTRADAY,
                true,
                LocalDate.of(2019, 12, 31),
                Money.of("10000"),
                Money.of("10000")))
        .isEqualTo(Charges.NONE);
    assertThat(
            schedule.of(Segment.DELIVERY, true, DAY, Money.of("10000"), Money.of("10000")).total())
        .isEqualByComparingTo("0");
  }

  @Test
  void theNewestRateThatHoldsIsTaken() {
    FeeSchedule two =
        new FeeSchedule(
            List.of(
                rate(Component.STT, "0.001", null),
                new Rate(
                    Component.STT, Segment.INTRADAY, true, DAY, new BigDecimal("0.002"), null)));
    Money worth = Money.of("1000");
    assertThat(two.of(Segment.INTRADAY, true, DAY.minusDays(1), worth, worth).stt())
        .isEqualByComparingTo("1");
    assertThat(two.of(Segment.INTRADAY, true, DAY, worth, worth).stt()).isEqualByComparingTo("2");
  }

  /** However an order is filled, its brokerage is that of the whole, at most the cap. */
  @Property(tries = 200)
  void brokerageOfAnOrderDoesNotDependOnItsFills(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 9_000_000) Integer> fills) {
    BigDecimal sum = BigDecimal.ZERO;
    Money orderValue = Money.ZERO;
    for (int paise : fills) {
      Money value = new Money(BigDecimal.valueOf(paise, 2));
      orderValue = orderValue.plus(value);
      sum = sum.add(schedule.of(Segment.INTRADAY, true, DAY, value, orderValue).brokerage());
    }
    assertThat(sum)
        .isEqualByComparingTo(
            orderValue.value().multiply(new BigDecimal("0.0003")).min(new BigDecimal("20")));
  }
}
