package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.portfolio.domain.PnlBook.OpenLot;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** After a split there are as many shares as are due, and they cost what they cost, to the last digit. */
class LotSplitProperties {

  @Provide
  Arbitrary<List<OpenLot>> lots() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 500), Arbitraries.integers().between(500, 9_000_000))
        .as((shares, price) -> new OpenLot(shares, new Price(BigDecimal.valueOf(price, 4))))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  private static Money cost(List<OpenLot> lots) {
    Money cost = Money.ZERO;
    for (OpenLot lot : lots) {
      cost = cost.plus(Position.value(lot.quantity(), lot.price()));
    }
    return cost;
  }

  private static List<OpenLot> after(LotSplit.Result result) {
    return result.pieces().stream().map(p -> new OpenLot(p.quantity(), p.price())).toList();
  }

  @Property(tries = 1_000)
  void costStaysAndSharesAreWhatIsDue(
      @ForAll("lots") List<OpenLot> lots,
      @ForAll @IntRange(min = 1, max = 100) int share,
      @ForAll @IntRange(min = 1, max = 25) int oldShares,
      @ForAll @IntRange(min = 1, max = 25) int newShares,
      @ForAll boolean isShort) {
    List<OpenLot> signed =
        isShort ? lots.stream().map(l -> new OpenLot(-l.quantity(), l.price())).toList() : lots;
    long all = lots.stream().mapToLong(OpenLot::quantity).sum();
    long concerned = Math.max(1, all * share / 100);
    LotSplit.Result result = LotSplit.of(signed, concerned, oldShares, newShares);
    long due = concerned * newShares / oldShares;
    if (due == 0) {
      assertThat(result).isNull();
      return;
    }
    long quantity = all - concerned + due;
    assertThat(result.quantity()).isEqualTo(isShort ? -quantity : quantity);
    assertThat(result.left()).isEqualTo(concerned * newShares % oldShares);
    assertThat(cost(after(result))).isEqualTo(cost(signed));
    assertThat(result.pieces())
        .extracting(LotSplit.Piece::source)
        .isSorted()
        .allMatch(source -> source >= 0 && source < lots.size());
    assertThat(result.pieces())
        .allMatch(piece -> isShort ? piece.quantity() < 0 : piece.quantity() > 0);
    for (int source = 0; source < lots.size(); source++) {
      int from = source;
      assertThat(result.pieces().stream().filter(p -> p.source() == from).count())
          .isLessThanOrEqualTo(3);
    }
  }

  @Property(tries = 200)
  void splitAndItsReverseAreWhereTheyStarted(
      @ForAll("lots") List<OpenLot> lots, @ForAll @IntRange(min = 2, max = 20) int times) {
    long all = lots.stream().mapToLong(OpenLot::quantity).sum();
    LotSplit.Result there = LotSplit.of(lots, all, 1, times);
    if (there == null) {
      return;
    }
    LotSplit.Result back = LotSplit.of(after(there), there.quantity(), times, 1);
    assertThat(back.quantity()).isEqualTo(all);
    assertThat(back.left()).isZero();
    assertThat(cost(after(back))).isEqualTo(cost(lots));
  }

  @Example
  void aPriceThatDoesNotDivideBecomesTwoLots() {
    LotSplit.Result result = LotSplit.of(List.of(new OpenLot(10, Price.of("435.85"))), 10, 2, 3);

    assertThat(after(result))
        .containsExactly(
            new OpenLot(5, Price.of("290.5666")), new OpenLot(10, Price.of("290.5667")));
  }

  @Example
  void sharesBoughtSinceTheExDateStayAsTheyAre() {
    LotSplit.Result result =
        LotSplit.of(
            List.of(new OpenLot(10, Price.of("100")), new OpenLot(10, Price.of("20"))), 10, 1, 5);

    assertThat(after(result))
        .containsExactly(new OpenLot(50, Price.of("20")), new OpenLot(10, Price.of("20")));
  }
}
