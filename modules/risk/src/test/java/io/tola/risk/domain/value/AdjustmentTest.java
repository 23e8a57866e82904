package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateAction.Kind;
import io.tola.portfolio.api.PriceFactors;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Prices made comparable by what was recorded. */
class AdjustmentTest {

  private static final LocalDate FIRST = LocalDate.parse("2020-01-01");

  static CorporateAction split(LocalDate exDate, long oldShares, long newShares) {
    return action(exDate, Kind.SPLIT, oldShares, newShares, null);
  }

  static CorporateAction dividend(LocalDate exDate, String perShare) {
    return action(exDate, Kind.DIVIDEND, 0, 0, Money.of(perShare));
  }

  private static CorporateAction action(
      LocalDate exDate, Kind kind, long oldShares, long newShares, Money perShare) {
    return new CorporateAction(
        null,
        new Symbol("AAA"),
        exDate,
        kind,
        oldShares,
        newShares,
        perShare,
        null,
        "x",
        null,
        null);
  }

  private static PriceSeries traded(int count) {
    int[] days = new int[count];
    double[] opens = new double[count];
    double[] closes = new double[count];
    double[] volumes = new double[count];
    for (int i = 0; i < count; i++) {
      days[i] = (int) FIRST.toEpochDay() + i;
      opens[i] = 100 + i;
      closes[i] = 101 + i;
      volumes[i] = 1_000;
    }
    return new PriceSeries(days, opens, closes, volumes);
  }

  /** Day by day as {@link PriceFactors} says it: slow and plain. */
  @Property(tries = 200)
  void eachPriceIsMultipliedWithItsDaysFactorAndEachVolumeDivided(
      @ForAll @Size(max = 6) List<@IntRange(min = -3, max = 44) Integer> offsets,
      @ForAll @IntRange(min = 0, max = 40) int today) {
    List<CorporateAction> actions = new ArrayList<>();
    for (int i = 0; i < offsets.size(); i++) {
      actions.add(split(FIRST.plusDays(offsets.get(i)), 1 + i % 2, 3 + i));
    }
    LocalDate asOf = FIRST.plusDays(today);
    PriceSeries adjusted = Adjustment.of(traded(40), actions, asOf);
    PriceFactors factors = PriceFactors.asOf(actions, asOf);
    for (int i = 0; i < 40; i++) {
      double factor = factors.factor(FIRST.plusDays(i)).doubleValue();
      assertThat(adjusted.opens()[i]).isCloseTo((100 + i) * factor, within(1e-9));
      assertThat(adjusted.closes()[i]).isCloseTo((101 + i) * factor, within(1e-9));
      assertThat(adjusted.volumes()[i]).isCloseTo(1_000 / factor, within(1e-6 / factor));
      double before = i == 0 ? factor : factors.factor(FIRST.plusDays(i - 1)).doubleValue();
      assertThat(adjusted.ratios()[i]).isCloseTo(factor / before, within(1e-9));
    }
  }

  @Test
  void theAverageVolumeIsInTodaysShares() {
    PriceSeries adjusted =
        Adjustment.of(traded(10), List.of(split(FIRST.plusDays(5), 1, 10)), FIRST.plusDays(20));
    // Five days of 10,000 of today's shares, five of 1,000.
    assertThat(adjusted.averageVolume(20)).isCloseTo(5_500, within(1e-9));
  }

  @Test
  void aDividendIsInTheSharesOfTheDayBefore() {
    PriceSeries adjusted =
        Adjustment.of(
            traded(10),
            List.of(
                dividend(FIRST.plusDays(3), "4"),
                split(FIRST.plusDays(3), 1, 2),
                split(FIRST.plusDays(7), 1, 5)),
            FIRST.plusDays(20));
    assertThat(adjusted.dividends()[3]).isCloseTo(0.4, within(1e-12));
    assertThat(adjusted.closes()[2]).isCloseTo(103 / 10.0, within(1e-12));
  }

  @Test
  void aDividendOfADayWithoutABarIsReturnOfTheNextAndOneAfterTheLastIsNone() {
    PriceSeries gap =
        new PriceSeries(new int[] {10, 11, 14}, new double[] {9, 9, 9}, new double[] {10, 10, 10});
    PriceSeries adjusted =
        Adjustment.of(
            gap,
            List.of(
                dividend(LocalDate.ofEpochDay(12), "1"), dividend(LocalDate.ofEpochDay(15), "2")),
            LocalDate.ofEpochDay(20));
    assertThat(adjusted.dividends()).containsExactly(0, 0, 1);
  }

  @Test
  void withoutActionsPricesAreThoseThatTraded() {
    PriceSeries traded = traded(3);
    assertThat(Adjustment.of(traded, List.of(), FIRST)).isSameAs(traded);
    assertThat(Adjustment.of(traded, List.of(split(FIRST.plusDays(9), 1, 2)), FIRST))
        .as("not yet")
        .isSameAs(traded);
  }
}
