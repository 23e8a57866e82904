package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Profit by both methods, against oracles that are too plain to be wrong. */
class PnlBookProperties {

  /**
   * @param price in ten thousandths of a rupee
   */
  record Step(boolean buy, int shares, int price) {
    Price at() {
      return new Price(BigDecimal.valueOf(price, 4));
    }

    long signed() {
      return buy ? shares : -shares;
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.integers().between(1, 40),
            Arbitraries.integers().between(1, 30_000_000))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  private static PnlBook book() {
    return new PnlBook(new Symbol("ITC"), "MIS");
  }

  /**
   * First in first out is this: the n-th share ever bought belongs to the n-th ever sold, whichever
   * came first. No lots, no positions, no signs.
   */
  private static BigDecimal realisedByPairing(List<Step> steps) {
    List<BigDecimal> bought = new ArrayList<>();
    List<BigDecimal> sold = new ArrayList<>();
    for (Step step : steps) {
      for (int i = 0; i < step.shares; i++) {
        (step.buy ? bought : sold).add(step.at().value());
      }
    }
    BigDecimal realised = BigDecimal.ZERO;
    for (int i = 0; i < Math.min(bought.size(), sold.size()); i++) {
      realised = realised.add(sold.get(i)).subtract(bought.get(i));
    }
    return realised;
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void fifoPairsTheNthShareBoughtWithTheNthSold(@ForAll("steps") List<Step> steps) {
    PnlBook book = book();
    Money byTrade = Money.ZERO;
    for (Step step : steps) {
      byTrade = byTrade.plus(book.trade(step.buy, step.shares, step.at()).fifo());
    }
    assertThat(book.realisedFifo().value()).isEqualByComparingTo(realisedByPairing(steps));
    assertThat(byTrade).isEqualTo(book.realisedFifo());
    assertThat(book.quantity()).isEqualTo(steps.stream().mapToLong(Step::signed).sum());
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void realisedLessCostIsTheCashThatTradesBroughtByBothMethods(@ForAll("steps") List<Step> steps) {
    PnlBook book = book();
    Money cash = Money.ZERO;
    for (Step step : steps) {
      book.trade(step.buy, step.shares, step.at());
      cash = cash.minus(Position.value(step.signed(), step.at()));
      assertThat(book.realisedFifo().minus(book.fifoCost())).isEqualTo(cash);
      assertThat(book.realisedAverage().minus(book.averageCost())).isEqualTo(cash);
    }
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void theMethodsAgreeToTheLastDigitWhenTheAccountIsFlat(@ForAll("steps") List<Step> steps) {
    PnlBook book = book();
    steps.forEach(step -> book.trade(step.buy, step.shares, step.at()));
    if (book.quantity() != 0) {
      book.trade(book.quantity() < 0, Math.abs(book.quantity()), Price.of("77.7777"));
    }
    assertThat(book.realisedAverage()).isEqualTo(book.realisedFifo());
    assertThat(book.averageCost()).isEqualTo(Money.ZERO);
    assertThat(book.fifoCost()).isEqualTo(Money.ZERO);
    assertThat(book.lots()).isEmpty();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void averageCostHasTheSignOfTheSharesWhateverIsAdopted(
      @ForAll("steps") List<Step> before,
      @ForAll("steps") List<Step> lots,
      @ForAll("steps") List<Step> after) {
    PnlBook book = book();
    before.forEach(step -> book.trade(step.buy, step.shares, step.at()));
    Money apart = book.realisedAverage().minus(book.averageCost());
    Money cash = book.realisedFifo().minus(book.fifoCost());
    assertThat(apart).isEqualTo(cash);
    boolean longs = lots.get(0).buy;
    Money kept = book.realisedFifo();
    book.adopt(
        lots.stream().map(l -> new PnlBook.OpenLot(longs ? l.shares : -l.shares, l.at())).toList());
    assertThat(book.averageCost().value().signum()).isEqualTo(Long.signum(book.quantity()));
    assertThat(book.realisedFifo()).isEqualTo(kept);
    for (Step step : after) {
      book.trade(step.buy, step.shares, step.at());
      assertThat(book.averageCost().value().signum()).isEqualTo(Long.signum(book.quantity()));
      assertThat(book.realisedAverage().minus(book.averageCost()))
          .isEqualTo(book.realisedFifo().minus(book.fifoCost()));
    }
  }

  /** Without rounding, as fractions: cost per share is a pair of whole numbers. */
  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void averageCostIsWithinARoundingOfTheExactFraction(@ForAll("steps") List<Step> steps) {
    PnlBook book = book();
    BigDecimal exactCost = BigDecimal.ZERO;
    long quantity = 0;
    int roundings = 0;
    for (Step step : steps) {
      long signed = step.signed();
      book.trade(step.buy, step.shares, step.at());
      if (quantity != 0 && Long.signum(quantity) != Long.signum(signed)) {
        long closed = Math.min(Math.abs(signed), Math.abs(quantity));
        exactCost =
            exactCost.subtract(
                exactCost
                    .multiply(BigDecimal.valueOf(closed))
                    .divide(
                        BigDecimal.valueOf(Math.abs(quantity)),
                        40,
                        java.math.RoundingMode.HALF_EVEN));
        quantity += Long.signum(signed) * closed;
        signed -= Long.signum(signed) * closed;
        roundings++;
      }
      quantity += signed;
      exactCost = exactCost.add(step.at().value().multiply(BigDecimal.valueOf(signed)));
      assertThat(book.averageCost().value().subtract(exactCost).abs())
          .isLessThanOrEqualTo(BigDecimal.valueOf(roundings, 4));
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void whatIsStoredInBetweenMakesNoDifference(@ForAll("steps") List<Step> steps) {
    PnlBook kept = book();
    PnlBook reread = book();
    for (Step step : steps) {
      kept.trade(step.buy, step.shares, step.at());
      reread.trade(step.buy, step.shares, step.at());
      reread =
          new PnlBook(
              reread.symbol(),
              reread.product(),
              reread.lots(),
              reread.averageCost(),
              reread.realisedFifo(),
              reread.realisedAverage());
    }
    assertThat(reread.lots()).isEqualTo(kept.lots());
    assertThat(reread.fifoCost()).isEqualTo(kept.fifoCost());
    assertThat(reread.averageCost()).isEqualTo(kept.averageCost());
    assertThat(reread.realisedAverage()).isEqualTo(kept.realisedAverage());
  }
}
