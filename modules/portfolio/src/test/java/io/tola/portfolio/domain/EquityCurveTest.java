package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.kernel.Money;
import io.tola.portfolio.api.PnlStatistics;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EquityCurveTest {

  private static final LocalDate START = LocalDate.of(2026, 11, 1);
  private static final BigDecimal NO_RATE = BigDecimal.ZERO;

  private static EquityCurve.Point point(int day, String equity, String funded) {
    return new EquityCurve.Point(START.plusDays(day), Money.of(equity), Money.of(funded));
  }

  private static EquityCurve curve(String... equities) {
    List<EquityCurve.Point> points = new ArrayList<>();
    for (int i = 0; i < equities.length; i++) {
      points.add(point(i + 1, equities[i], "100"));
    }
    return new EquityCurve(point(0, "100", "100"), points);
  }

  @Test
  void drawdownNamesItsPeakAndTrough() {
    PnlStatistics s = curve("110", "99", "88", "120", "108").statistics(0, 0, NO_RATE);

    assertThat(s.maxDrawdown()).isEqualByComparingTo("0.2");
    assertThat(s.maxDrawdownPeakDay()).isEqualTo(START.plusDays(1));
    assertThat(s.maxDrawdownTroughDay()).isEqualTo(START.plusDays(3));
    assertThat(s.maxDrawdownAmount()).isEqualTo(Money.of("22"));
    assertThat(s.drawdown()).isEqualByComparingTo("0.1");
    assertThat(s.drawdownPeakDay()).isEqualTo(START.plusDays(4));
    assertThat(s.winningDays()).isEqualTo(2);
    assertThat(s.losingDays()).isEqualTo(3);
    assertThat(s.totalReturnPct()).isEqualByComparingTo("8");
  }

  @Test
  void theStartIsAPeak() {
    PnlStatistics s = curve("75").statistics(0, 0, NO_RATE);
    assertThat(s.maxDrawdown()).isEqualByComparingTo("0.25");
    assertThat(s.maxDrawdownPeakDay()).isEqualTo(START);
  }

  @Test
  void moneyPaidInIsNoProfitAndHealsNoDrawdown() {
    EquityCurve curve =
        new EquityCurve(
            point(0, "100", "100"), List.of(point(1, "80", "100"), point(2, "180", "200")));

    assertThat(curve.days().get(1).pnl()).isEqualTo(Money.ZERO);
    assertThat(curve.days().get(1).drawdown()).isEqualByComparingTo("0.2");
  }

  /**
   * Three daily returns of 1 %, 2 % and −1 %: mean 0.00666…, sample deviation 0.0152752…, worked
   * by hand; ×√252 = 15.8745….
   */
  @Test
  void sharpeIsTheMeanOverTheSampleDeviationTimesTheRootOfTheYear() {
    PnlStatistics s = curve("101", "103.02", "101.9898").statistics(0, 0, NO_RATE);

    assertThat(s.sharpe().doubleValue()).isCloseTo(6.928203, within(1e-5));
    assertThat(s.volatilityPct().doubleValue()).isCloseTo(24.248711, within(1e-5));

    PnlStatistics over = curve("101", "103.02", "101.9898").statistics(0, 0, new BigDecimal("6.3"));
    // 6.3 % a year are 0.025 % a day.
    assertThat(over.sharpe().doubleValue())
        .isCloseTo((0.02 / 3 - 0.00025) / 0.0152752523 * Math.sqrt(252), within(1e-5));
  }

  @Test
  void whatCannotBeToldIsNull() {
    PnlStatistics none = new EquityCurve(null, List.of()).statistics(0, 0, NO_RATE);
    assertThat(none.sharpe()).isNull();
    assertThat(none.winRate()).isNull();
    assertThat(none.drawdownPeakDay()).isNull();
    assertThat(none.totalReturnPct()).isEqualByComparingTo("0");

    PnlStatistics one = curve("101").statistics(3, 1, NO_RATE);
    assertThat(one.sharpe()).isNull();
    assertThat(one.volatilityPct()).isNull();
    assertThat(one.winRate()).isEqualByComparingTo("0.33333333");

    // The same return every day: nothing to divide by.
    assertThat(curve("110", "121", "133.1").statistics(0, 0, NO_RATE).sharpe()).isNull();
  }

  @Test
  void whatIsGoneIsGone() {
    EquityCurve curve =
        new EquityCurve(
            point(0, "100", "100"),
            List.of(point(1, "-20", "100"), point(2, "-10", "100"), point(3, "50", "150")));

    PnlStatistics s = curve.statistics(0, 0, NO_RATE);
    assertThat(s.maxDrawdown()).isEqualByComparingTo("1");
    assertThat(s.drawdown()).isEqualByComparingTo("1");
    assertThat(curve.days().get(1).returned()).isNull();
  }

  @Provide
  Arbitrary<List<EquityCurve.Point>> points() {
    return Combinators.combine(
            Arbitraries.bigDecimals()
                .between(new BigDecimal("-100000"), new BigDecimal("10000000"))
                .ofScale(4),
            Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("1000000"))
                .ofScale(2))
        .as((equity, funded) -> new Money[] {new Money(equity), new Money(funded)})
        .list()
        .ofMaxSize(40)
        .map(
            list -> {
              List<EquityCurve.Point> points = new ArrayList<>();
              for (Money[] values : list) {
                points.add(
                    new EquityCurve.Point(START.plusDays(points.size() + 1), values[0], values[1]));
              }
              return points;
            });
  }

  @Property(tries = 500)
  void drawdownsAreWithinZeroAndOneAndTheDeepestIsOneOfThem(
      @ForAll("points") List<EquityCurve.Point> points) {
    EquityCurve curve = new EquityCurve(point(0, "1000", "1000"), points);
    BigDecimal deepest = BigDecimal.ZERO;
    for (EquityCurve.Day day : curve.days()) {
      assertThat(day.drawdown()).isBetween(BigDecimal.ZERO, BigDecimal.ONE);
      deepest = deepest.max(day.drawdown());
    }
    PnlStatistics s = curve.statistics(0, 0, NO_RATE);
    assertThat(s.maxDrawdown()).isEqualByComparingTo(deepest);
    assertThat(s.maxDrawdown()).isGreaterThanOrEqualTo(s.drawdown());
    assertThat(s.maxDrawdownTroughDay() == null).isEqualTo(deepest.signum() == 0);
  }

  @Property(tries = 300)
  void profitsOfDaysAddUpToWhatWasWon(@ForAll("points") List<EquityCurve.Point> points) {
    EquityCurve curve = new EquityCurve(point(0, "1000", "1000"), points);
    Money sum = Money.ZERO;
    for (EquityCurve.Day day : curve.days()) {
      sum = sum.plus(day.pnl());
    }
    if (!points.isEmpty()) {
      EquityCurve.Point last = points.get(points.size() - 1);
      assertThat(sum).isEqualTo(last.equity().minus(last.funded()));
    }
  }
}
