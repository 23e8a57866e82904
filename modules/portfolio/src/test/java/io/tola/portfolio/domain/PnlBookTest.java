package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.util.List;
import org.junit.jupiter.api.Test;

class PnlBookTest {

  private final PnlBook book = new PnlBook(new Symbol("ITC"), "CNC");

  @Test
  void theMethodsDifferWhileSharesAreHeld() {
    book.trade(true, 100, Price.of("10"));
    book.trade(true, 100, Price.of("20"));

    PnlBook.Realised realised = book.trade(false, 100, Price.of("18"));

    assertThat(realised.closed()).isEqualTo(100);
    assertThat(realised.fifo()).isEqualTo(Money.of("800"));
    assertThat(realised.average()).isEqualTo(Money.of("300"));
    assertThat(book.fifoCost()).isEqualTo(Money.of("2000"));
    assertThat(book.averageCost()).isEqualTo(Money.of("1500"));
  }

  @Test
  void aShortPositionWinsWhenThePriceFalls() {
    book.trade(false, 10, Price.of("50"));
    PnlBook.Realised realised = book.trade(true, 4, Price.of("45"));

    assertThat(realised.fifo()).isEqualTo(Money.of("20"));
    assertThat(realised.average()).isEqualTo(Money.of("20"));
    assertThat(book.quantity()).isEqualTo(-6);
    assertThat(book.fifoCost()).isEqualTo(Money.of("-300"));
  }

  @Test
  void aTradeThroughZeroClosesAndOpensTheRestAtItsPrice() {
    book.trade(true, 10, Price.of("50"));
    PnlBook.Realised realised = book.trade(false, 25, Price.of("52"));

    assertThat(realised.closed()).isEqualTo(10);
    assertThat(realised.fifo()).isEqualTo(Money.of("20"));
    assertThat(book.lots()).containsExactly(new PnlBook.OpenLot(-15, Price.of("52")));
    assertThat(book.averageCost()).isEqualTo(Money.of("-780"));
  }

  @Test
  void whatDoesNotDivideStaysInTheCostOfTheRest() {
    book.trade(true, 3, Price.of("1.0001"));
    book.trade(true, 4, Price.of("1.0002"));
    // 7.0011 ÷ 7 has no end; two thirds of a ten thousandth must go somewhere.
    book.trade(false, 1, Price.of("1"));
    book.trade(false, 1, Price.of("1"));
    book.trade(false, 5, Price.of("1"));

    assertThat(book.realisedAverage()).isEqualTo(Money.of("-0.0011"));
    assertThat(book.realisedFifo()).isEqualTo(Money.of("-0.0011"));
  }

  @Test
  void averageCostKeepsItsSignWhenACorrectionWouldTurnIt() {
    book.trade(true, 10, Price.of("10"));
    book.trade(true, 10, Price.of("1000"));
    book.trade(false, 10, Price.of("500"));
    assertThat(book.averageCost()).isEqualTo(Money.of("5050"));

    book.adopt(List.of(new PnlBook.OpenLot(1, Price.of("1000"))));

    assertThat(book.averageCost()).isEqualTo(Money.of("1000"));
    assertThat(book.realisedFifo()).isEqualTo(Money.of("4900"));
    assertThat(book.realisedAverage()).isEqualTo(Money.of("4900"));
  }

  @Test
  void adoptedLotsAreClosedLikeBoughtOnes() {
    book.trade(true, 5, Price.of("10"));
    book.adopt(
        List.of(new PnlBook.OpenLot(5, Price.of("10")), new PnlBook.OpenLot(5, Price.of("30"))));

    PnlBook.Realised realised = book.trade(false, 10, Price.of("21"));

    assertThat(realised.fifo()).isEqualTo(Money.of("10"));
    assertThat(realised.average()).isEqualTo(Money.of("10"));
  }
}
