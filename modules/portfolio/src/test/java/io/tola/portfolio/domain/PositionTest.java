package io.tola.portfolio.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Cash, shares and collateral of one position, with figures worked out by hand. */
class PositionTest {

  private static final Instant AT = Instant.parse("2026-11-20T04:00:00Z");

  private final Account account =
      new Account(
          new AccountId(Ids.next()), true, Money.of("50000"), Money.ZERO, Money.ZERO, 0, 0, 0);
  private final Position intraday = position("MIS");
  private final Position delivery = position("CNC");

  private Position position(String product) {
    return Position.flat(
        Ids.next(), account, new Symbol("INFY"), product, !product.equals("CNC"), AT);
  }

  @Test
  void workingBuyBlocksItsFullValueAndPaysWhatItTradesAt() {
    Reservation order = delivery.reserve(Ids.next(), true, 100, Price.of("101.00"));
    assertThat(account.blockedCash()).isEqualTo(Money.of("10100"));
    assertThat(account.settledCash()).isEqualTo(Money.of("50000"));

    fill(order, 40, "100.50");

    assertThat(account.settledCash()).isEqualTo(Money.of("45980"));
    assertThat(account.blockedCash()).isEqualTo(Money.of("6060"));
    assertThat(account.openOrderValue()).isEqualTo(Money.of("6060"));
    assertThat(delivery.openBuyQuantity()).isEqualTo(60);
  }

  @Test
  void firstSharesBoughtAreTheFirstSold() {
    buy(delivery, 100, "100");
    buy(delivery, 100, "110");
    sell(delivery, 150, "120");
    delivery.settle(List.of());

    assertThat(delivery.quantity()).isEqualTo(50);
    assertThat(delivery.cost()).isEqualTo(Money.of("5500"));
    assertThat(delivery.realisedPnl()).isEqualTo(Money.of("2500"));
  }

  @Test
  void deliveryNeverSellsSharesThatAreNotThere() {
    buy(delivery, 10, "100");
    delivery.reserve(Ids.next(), false, 6, Price.of("100"));

    assertThatThrownBy(() -> delivery.reserve(Ids.next(), false, 5, Price.of("100")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shortSaleBlocksItsProceedsAndItsMargin() {
    sell(intraday, 100, "100");

    assertThat(account.settledCash()).isEqualTo(Money.of("60000"));
    assertThat(account.blockedCash()).isEqualTo(Money.of("20000"));
    assertThat(intraday.shortCollateral()).isEqualTo(Money.of("20000"));
    assertThat(intraday.cost()).isEqualTo(Money.of("-10000"));
  }

  @Test
  void shortSaleAtABetterPriceNeedsNoMoreCashThanItSetAside() {
    Reservation order = intraday.reserve(Ids.next(), false, 500, Price.of("100"));
    assertThat(account.availableCash()).isEqualTo(Money.ZERO);

    fill(order, 500, "103");

    assertThat(account.availableCash()).isEqualTo(Money.ZERO);
    assertThat(intraday.shortCollateral()).isEqualTo(Money.of("101500"));
  }

  @Test
  void closingAShortPositionFreesItsCollateralAndRealisesTheDifference() {
    sell(intraday, 100, "100");
    assertThat(intraday.cashNeeded(true, 100, Price.of("90"))).isEqualTo(Money.ZERO);

    buy(intraday, 100, "90");
    intraday.settle(List.of());

    assertThat(account.blockedCash()).isEqualTo(Money.ZERO);
    assertThat(account.settledCash()).isEqualTo(Money.of("51000"));
    assertThat(intraday.realisedPnl()).isEqualTo(Money.of("1000"));
    assertThat(intraday.cost()).isEqualTo(Money.ZERO);
  }

  @Test
  void buyThatTurnsAShortPositionLongNeedsCashOnlyBeyondTheCollateral() {
    sell(intraday, 100, "100");

    assertThat(intraday.cashNeeded(true, 300, Price.of("100"))).isEqualTo(Money.of("10000"));
  }

  @Test
  void saleThatTurnsALongPositionShortNeedsCashForTheShortPartOnly() {
    buy(intraday, 100, "100");

    assertThat(intraday.cashNeeded(false, 100, Price.of("95"))).isEqualTo(Money.ZERO);
    assertThat(intraday.cashNeeded(false, 130, Price.of("95"))).isEqualTo(Money.of("2850"));
  }

  @Test
  void saleWhoseSharesAnotherSaleTookStillFindsItsMargin() {
    buy(intraday, 100, "100");
    Reservation first = intraday.reserve(Ids.next(), false, 100, Price.of("100"));
    Reservation second = intraday.reserve(Ids.next(), false, 100, Price.of("90"));
    assertThat(intraday.saleMargin()).isEqualTo(Money.of("9000"));

    fill(second, 100, "90");
    assertThat(intraday.saleMargin()).isEqualTo(Money.of("9000"));

    fill(first, 100, "100");
    assertThat(intraday.saleMargin()).isEqualTo(Money.ZERO);
    assertThat(intraday.shortCollateral()).isEqualTo(Money.of("19000"));
  }

  @Test
  void buyKeepsTheCollateralItCountsOnWhenAnotherBuyClosesTheShares() {
    sell(intraday, 100, "100");
    Reservation first = intraday.reserve(Ids.next(), true, 100, Price.of("150"));
    assertThat(first.coverCash()).isEqualTo(Money.of("20000"));
    Reservation second = intraday.reserve(Ids.next(), true, 100, Price.of("110"));
    assertThat(second.cash()).isEqualTo(Money.of("11000"));

    fill(second, 100, "110");
    assertThat(account.blockedCash()).isEqualTo(Money.of("20000"));

    fill(first, 100, "150");
    assertThat(account.blockedCash()).isEqualTo(Money.ZERO);
    assertThat(intraday.quantity()).isEqualTo(100);
  }

  @Test
  void cancelingACoveringBuyHandsTheCollateralBack() {
    sell(intraday, 100, "100");
    Reservation order = intraday.reserve(Ids.next(), true, 60, Price.of("90"));
    assertThat(intraday.shortCollateral()).isEqualTo(Money.of("8000"));

    intraday.release(order);

    assertThat(intraday.shortCollateral()).isEqualTo(Money.of("20000"));
    assertThat(account.blockedCash()).isEqualTo(Money.of("20000"));
  }

  @Test
  void releasingTwiceChangesNothing() {
    Reservation order = delivery.reserve(Ids.next(), true, 10, Price.of("100"));
    delivery.release(order);
    delivery.release(order);

    assertThat(account.blockedCash()).isEqualTo(Money.ZERO);
    assertThat(delivery.openBuyQuantity()).isZero();
  }

  @Test
  void fillBeyondWhatIsLeftIsAFault() {
    Reservation order = delivery.reserve(Ids.next(), true, 10, Price.of("100"));

    assertThatThrownBy(() -> fill(order, 11, "100")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void fillAtAWorsePriceThanSetAsideForIsAFault() {
    Reservation bid = delivery.reserve(Ids.next(), true, 10, Price.of("100"));
    Reservation offer = intraday.reserve(Ids.next(), false, 10, Price.of("100"));

    assertThatThrownBy(() -> fill(bid, 1, "100.05")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fill(offer, 1, "99.95")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reservingMoreThanIsAvailableIsAFault() {
    assertThatThrownBy(() -> delivery.reserve(Ids.next(), true, 1_000, Price.of("100")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("blocked 100000.00");
  }

  @Test
  void consumedLotsLeaveTheQueueAndTheBrokenOneKeepsItsNumber() {
    Position stored =
        new Position(
            Ids.next(),
            account,
            new Symbol("INFY"),
            "CNC",
            false,
            30,
            Money.of("3300"),
            Money.ZERO,
            0,
            0,
            0,
            Money.ZERO,
            Money.ZERO,
            7,
            10,
            AT);
    sell(stored, 15, "130");
    assertThat(stored.storedSharesClosed()).isEqualTo(15);
    assertThatThrownBy(stored::cost).isInstanceOf(IllegalStateException.class);

    Position.LotChanges changes =
        stored.settle(List.of(lot(7, "100"), lot(8, "110"), lot(9, "120")));

    assertThat(changes.removed()).isEqualTo(2);
    assertThat(changes.added())
        .singleElement()
        .satisfies(
            lot -> {
              assertThat(lot.number()).isEqualTo(8);
              assertThat(lot.quantity()).isEqualTo(5);
            });
    assertThat(stored.firstLot()).isEqualTo(8);
    assertThat(stored.nextLot()).isEqualTo(10);
    assertThat(stored.cost()).isEqualTo(Money.of("1750"));
    assertThat(stored.realisedPnl()).isEqualTo(Money.of("400"));
  }

  @Test
  void lotsThatAreMissingAreAFault() {
    Position stored =
        new Position(
            Ids.next(),
            account,
            new Symbol("INFY"),
            "CNC",
            false,
            30,
            Money.of("3300"),
            Money.ZERO,
            0,
            0,
            0,
            Money.ZERO,
            Money.ZERO,
            7,
            10,
            AT);
    sell(stored, 15, "130");

    assertThatThrownBy(() -> stored.settle(List.of(lot(7, "100"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lacks 5 shares");
  }

  private static Lot lot(long number, String price) {
    return new Lot(number, Ids.next(), 10, Price.of(price), AT);
  }

  private void buy(Position position, long shares, String price) {
    fill(position.reserve(Ids.next(), true, shares, Price.of(price)), shares, price);
  }

  private void sell(Position position, long shares, String price) {
    fill(position.reserve(Ids.next(), false, shares, Price.of(price)), shares, price);
  }

  private static void fill(Reservation order, long shares, String price) {
    order.position().fill(order, shares, Price.of(price), UUID.randomUUID(), AT);
  }
}
