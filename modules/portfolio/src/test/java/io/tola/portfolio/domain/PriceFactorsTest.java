package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateAction.Kind;
import io.tola.portfolio.api.PriceFactors;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceFactorsTest {

  private static final Symbol ITC = new Symbol("ITC");

  private static CorporateAction ratio(String exDate, Kind kind, long oldShares, long newShares) {
    return new CorporateAction(
        null,
        ITC,
        LocalDate.parse(exDate),
        kind,
        oldShares,
        newShares,
        null,
        null,
        "test",
        null,
        null);
  }

  private final List<CorporateAction> actions =
      List.of(
          ratio("2016-07-01", Kind.BONUS, 2, 3),
          ratio("2005-09-21", Kind.SPLIT, 1, 15),
          new CorporateAction(
              null,
              ITC,
              LocalDate.parse("2010-06-01"),
              Kind.DIVIDEND,
              0,
              0,
              Money.of("10"),
              null,
              "test",
              null,
              null));

  @Test
  void aPriceIsMultipliedForEveryActionAfterItsDay() {
    PriceFactors factors = new PriceFactors(actions);
    assertThat(factors.factor(LocalDate.parse("2005-09-20")))
        .isCloseTo(new BigDecimal("0.044444444444444"), within(new BigDecimal("1e-14")));
    assertThat(factors.factor(LocalDate.parse("2005-09-21")))
        .isEqualByComparingTo("0.6666666666666667");
    assertThat(factors.factor(LocalDate.parse("2016-06-30")))
        .isEqualByComparingTo("0.6666666666666667");
    assertThat(factors.factor(LocalDate.parse("2016-07-01"))).isEqualByComparingTo("1");
    assertThat(
            PriceFactors.asOf(actions, LocalDate.parse("2016-06-30"))
                .factor(LocalDate.parse("2005-09-20"))
                .movePointRight(6)
                .longValue())
        .isEqualTo(66_666);
  }

  @Test
  void aDailyBarStartsAtMidnightInIndia() {
    // 18:30 UTC of the day before the ex-date is the ex-date's midnight.
    Bar after = bar("2016-06-30T18:30:00Z");
    Bar before = bar("2016-06-30T18:29:00Z");
    PriceFactors factors = new PriceFactors(actions);

    assertThat(factors.adjust(after)).isSameAs(after);
    Bar adjusted = factors.adjust(before);
    assertThat(adjusted.close()).isEqualTo(Price.of("66.6667"));
    assertThat(adjusted.volume()).isEqualTo(1_500);
  }

  private static Bar bar(String start) {
    Price price = Price.of("100");
    return new Bar(ITC, Interval.ONE_DAY, Instant.parse(start), price, price, price, price, 1_000);
  }
}
