package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever orders do, in whatever order: the books stay exact. */
class BookkeepingProperties {

  private static final Instant AT = Instant.parse("2026-11-20T04:00:00Z");
  private static final Money FUNDS = Money.of("100000.00");

  /** Something that happens; what the numbers mean depends on where the books stand. */
  record Step(Kind kind, int which, boolean buy, int shares, int price, int share) {}

  enum Kind {
    PLACE,
    TRADE,
    CANCEL,
    REPLACE,
    END_OF_BATCH
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            net.jqwik.api.Tuple.of(5, Kind.PLACE),
            net.jqwik.api.Tuple.of(6, Kind.TRADE),
            net.jqwik.api.Tuple.of(2, Kind.CANCEL),
            net.jqwik.api.Tuple.of(3, Kind.REPLACE),
            net.jqwik.api.Tuple.of(2, Kind.END_OF_BATCH));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, 1_000),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(1, 300),
            Arbitraries.integers().between(1, 400_000),
            Arbitraries.integers().between(0, 100))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(120);
  }

  @Property(tries = 800, edgeCases = EdgeCasesMode.NONE)
  void cashAndCostOfPositionsChangeOnlyByRealisedPnl(@ForAll("steps") List<Step> steps) {
    Books books = new Books();
    for (Step step : steps) {
      books.apply(step);
      books.checkCash();
    }
    books.endBatch();
    books.checkAgainstReplay();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void endingEveryOrderLeavesOnlyTheCollateralOfShortShares(@ForAll("steps") List<Step> steps) {
    Books books = new Books();
    steps.forEach(books::apply);
    for (Reservation order : List.copyOf(books.working)) {
      books.cancel(order);
      books.checkCash();
    }
    Money collateral = Money.ZERO;
    for (Position p : books.positions) {
      assertThat(p.openBuyQuantity()).isZero();
      assertThat(p.openSellQuantity()).isZero();
      assertThat(p.coveringQuantity()).isZero();
      assertThat(p.saleMargin()).isEqualTo(Money.ZERO);
      collateral = collateral.plus(p.shortCollateral());
    }
    assertThat(books.account.blockedCash()).isEqualTo(collateral);
    assertThat(books.account.openOrderValue()).isEqualTo(Money.ZERO);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void averagePriceLiesWithinFillPrices(@ForAll("steps") List<Step> steps) {
    Books books = new Books();
    steps.forEach(books::apply);
    books.endBatch();
    for (int i = 0; i < books.positions.size(); i++) {
      Position p = books.positions.get(i);
      if (p.quantity() != 0) {
        BigDecimal average =
            p.cost().value().divide(BigDecimal.valueOf(p.quantity()), 10, RoundingMode.HALF_EVEN);
        List<BigDecimal> prices =
            books.naive.get(i).trades().stream().map(t -> t.price().value()).toList();
        assertThat(average)
            .isBetween(
                prices.stream().min(BigDecimal::compareTo).orElseThrow(),
                prices.stream().max(BigDecimal::compareTo).orElseThrow());
      }
    }
  }

  /** One account with two symbols, each for delivery and intraday, and lots as a table has them. */
  private static final class Books {
    Account account =
        new Account(new AccountId(Ids.next()), true, FUNDS, Money.ZERO, Money.ZERO, 0, 0, 0);
    final List<Position> positions = new ArrayList<>();
    final List<NaiveBook> naive = new ArrayList<>();
    final List<List<Lot>> stored = new ArrayList<>();
    final List<Reservation> working = new ArrayList<>();

    /** The lowest price anybody ever offered shares of a position at. */
    final List<BigDecimal> lowestOffer = new ArrayList<>();

    Books() {
      for (String symbol : List.of("INFY", "TCS")) {
        for (String product : List.of("CNC", "MIS")) {
          positions.add(
              Position.flat(
                  Ids.next(), account, new Symbol(symbol), product, !product.equals("CNC"), AT));
          naive.add(new NaiveBook());
          stored.add(new ArrayList<>());
          lowestOffer.add(new BigDecimal("1000000"));
        }
      }
    }

    void apply(Step step) {
      switch (step.kind()) {
        case PLACE -> place(step);
        case TRADE -> trade(step);
        case CANCEL -> {
          if (!working.isEmpty()) {
            cancel(working.get(step.which() % working.size()));
          }
        }
        case REPLACE -> {
          if (!working.isEmpty()) {
            replace(step, working.get(step.which() % working.size()));
          }
        }
        case END_OF_BATCH -> endBatch();
      }
    }

    /** Places it if the pre-trade check would let it pass. */
    void place(Step step) {
      Position p = positions.get(step.which() % positions.size());
      Price price = price(step.price());
      Money needed = p.cashNeeded(step.buy(), step.shares(), price);
      assertThat(needed.isNegative()).isFalse();
      boolean sharesThere =
          step.buy()
              || p.product().equals("MIS")
              || step.shares() <= p.quantity() - p.openSellQuantity();
      if (sharesThere && needed.compareTo(account.availableCash()) <= 0) {
        Money before = account.availableCash();
        if (!step.buy()) {
          lowestOffer.set(
              positions.indexOf(p), lowestOffer.get(positions.indexOf(p)).min(price.value()));
        }
        working.add(p.reserve(UUID.randomUUID(), step.buy(), step.shares(), price));
        assertThat(account.availableCash()).isEqualTo(before.minus(needed));
      }
    }

    /** Trades a part of a working order, at its price or a better one. */
    void trade(Step step) {
      if (working.isEmpty()) {
        return;
      }
      Reservation order = working.get(step.which() % working.size());
      long shares = Math.max(1, order.quantity() * step.share() / 100);
      BigDecimal better =
          order.price().value().multiply(BigDecimal.valueOf(step.price() % 100)).movePointLeft(4);
      better = better.setScale(4, RoundingMode.DOWN);
      Price price =
          new Price(
              order.buy()
                  ? order.price().value().subtract(better)
                  : order.price().value().add(better));
      Money before = account.availableCash();
      order.position().fill(order, shares, price, UUID.randomUUID(), AT);
      naive.get(positions.indexOf(order.position())).trade(order.buy() ? shares : -shares, price);
      assertThat(account.availableCash()).isGreaterThanOrEqualTo(before);
      if (order.ended()) {
        working.remove(order);
      }
    }

    void cancel(Reservation order) {
      Money before = account.availableCash();
      order.position().release(order);
      Money after = account.availableCash();
      assertThat(after).isGreaterThanOrEqualTo(before);
      order.position().release(order);
      assertThat(account.availableCash()).isEqualTo(after);
      working.remove(order);
    }

    /** Gives a working order other terms if the pre-trade check would, else leaves it as it was. */
    void replace(Step step, Reservation order) {
      Position p = order.position();
      List<Object> before = figures(p, order);
      Money freeBefore = account.availableCash();
      Position.Lifted lifted = p.lift(order);
      assertThat(account.availableCash()).isGreaterThanOrEqualTo(freeBefore);
      Price price = price(step.price());
      Money needed = p.cashNeeded(order.buy(), step.shares(), price);
      boolean sharesThere =
          order.buy()
              || p.product().equals("MIS")
              || step.shares() <= p.quantity() - p.openSellQuantity();
      if (!sharesThere || needed.compareTo(account.availableCash()) > 0) {
        lifted.putBack();
        assertThat(figures(p, order)).isEqualTo(before);
        return;
      }
      if (!order.buy()) {
        lowestOffer.set(
            positions.indexOf(p), lowestOffer.get(positions.indexOf(p)).min(price.value()));
      }
      working.remove(order);
      working.add(p.reserve(order.orderId(), order.buy(), step.shares(), price));
    }

    private List<Object> figures(Position p, Reservation order) {
      return List.of(
          account.settledCash(),
          account.blockedCash(),
          account.openOrderValue(),
          p.openBuyQuantity(),
          p.openSellQuantity(),
          p.coveringQuantity(),
          p.shortCollateral(),
          p.saleMargin(),
          order.quantity(),
          order.coverQuantity(),
          order.coverCash());
    }

    /** Writes everything and reads it back, as two batches of the pipeline do. */
    void endBatch() {
      Account next =
          new Account(
              account.id(),
              true,
              account.settledCash(),
              account.blockedCash(),
              account.openOrderValue(),
              0,
              0,
              0);
      for (int i = 0; i < positions.size(); i++) {
        Position p = positions.get(i);
        Position.LotChanges changes = p.settle(stored.get(i));
        stored.get(i).subList(0, changes.removed()).clear();
        List<Lot> kept = new ArrayList<>(stored.get(i));
        stored.get(i).addAll(changes.added());
        stored.get(i).sort(java.util.Comparator.comparingLong(Lot::number));
        assertThat(stored.get(i)).hasSize(kept.size() + changes.added().size());
        assertThat(stored.get(i)).extracting(Lot::number).doesNotHaveDuplicates();
        assertThat((long) stored.get(i).size()).isEqualTo(p.nextLot() - p.firstLot());
        Position loaded =
            new Position(
                p.positionId(),
                next,
                p.symbol(),
                p.product(),
                p.product().equals("MIS"),
                p.quantity(),
                p.cost(),
                p.realisedPnl(),
                p.openBuyQuantity(),
                p.openSellQuantity(),
                p.coveringQuantity(),
                p.shortCollateral(),
                p.saleMargin(),
                p.firstLot(),
                p.nextLot(),
                p.openedAt());
        positions.set(i, loaded);
        working.replaceAll(
            r ->
                r.position() != p
                    ? r
                    : Reservation.stored(
                        r.orderId(),
                        loaded,
                        r.buy(),
                        r.price(),
                        r.quantity(),
                        r.coverQuantity(),
                        r.coverCash()));
      }
      account = next;
    }

    /** What must hold between any two steps. */
    void checkCash() {
      Money blocked = Money.ZERO;
      Money openOrders = Money.ZERO;
      for (Reservation order : working) {
        blocked = blocked.plus(order.cash());
        openOrders = openOrders.plus(order.value());
      }
      for (Position p : positions) {
        long shortShares = Math.max(0, -p.quantity());
        blocked = blocked.plus(p.shortCollateral()).plus(p.saleMargin());
        assertThat(p.shortCollateral().isNegative()).isFalse();
        assertThat(p.saleMargin().isNegative()).isFalse();
        if (shortShares <= p.coveringQuantity()) {
          assertThat(p.shortCollateral()).isEqualTo(Money.ZERO);
        }
        if (p.openSellQuantity() <= Math.max(0, p.quantity())) {
          assertThat(p.saleMargin()).isEqualTo(Money.ZERO);
        }
        // Proceeds and margin, each at the lowest offer at least; a paisa for what rounding moved.
        BigDecimal paisa = new BigDecimal("0.01");
        BigDecimal lowest = lowestOffer.get(positions.indexOf(p));
        BigDecimal unclaimed = BigDecimal.valueOf(Math.max(0, shortShares - p.coveringQuantity()));
        assertThat(p.shortCollateral().value().add(paisa))
            .isGreaterThanOrEqualTo(lowest.add(lowest).multiply(unclaimed));
        BigDecimal uncovered =
            BigDecimal.valueOf(Math.max(0, p.openSellQuantity() - Math.max(0, p.quantity())));
        assertThat(p.saleMargin().value().add(paisa))
            .isGreaterThanOrEqualTo(lowest.multiply(uncovered));
        if (p.product().equals("CNC")) {
          assertThat(p.quantity()).isGreaterThanOrEqualTo(p.openSellQuantity());
        }
        assertThat(p.openBuyQuantity()).isEqualTo(open(p, true));
        assertThat(p.openSellQuantity()).isEqualTo(open(p, false));
      }
      assertThat(account.blockedCash()).isEqualTo(blocked);
      assertThat(account.openOrderValue()).isEqualTo(openOrders);
      assertThat(account.blockedCash().isNegative()).isFalse();
      assertThat(account.availableCash().isNegative()).isFalse();
      Money traded = FUNDS;
      for (NaiveBook book : naive) {
        traded = traded.plus(book.replay().cash());
      }
      assertThat(account.settledCash()).isEqualTo(traded);
    }

    private long open(Position p, boolean buy) {
      return working.stream()
          .filter(r -> r.position() == p && r.buy() == buy)
          .mapToLong(Reservation::quantity)
          .sum();
    }

    void checkAgainstReplay() {
      Money cost = Money.ZERO;
      Money realised = Money.ZERO;
      for (int i = 0; i < positions.size(); i++) {
        Position p = positions.get(i);
        NaiveBook.Result expected = naive.get(i).replay();
        assertThat(p.quantity()).isEqualTo(expected.quantity());
        assertThat(p.cost()).isEqualTo(expected.cost());
        assertThat(p.realisedPnl()).isEqualTo(expected.realisedPnl());
        assertThat(stored.get(i).stream().map(Lot::cost).reduce(Money.ZERO, Money::plus))
            .isEqualTo(p.cost());
        assertThat(stored.get(i).stream().mapToLong(Lot::quantity).sum()).isEqualTo(p.quantity());
        cost = cost.plus(p.cost());
        realised = realised.plus(p.realisedPnl());
      }
      assertThat(account.settledCash().plus(cost)).isEqualTo(FUNDS.plus(realised));
    }

    private static Price price(int tenThousandths) {
      return new Price(BigDecimal.valueOf(tenThousandths, 4).add(BigDecimal.TEN));
    }
  }
}
