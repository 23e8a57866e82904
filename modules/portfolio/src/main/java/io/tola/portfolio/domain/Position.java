package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * An account's shares of one symbol under one product, with what working orders have set aside on
 * them, while the account is locked.
 *
 * <p>Its life: made by the first order on it, then for ever; flat, long or short by turns. {@link
 * #reserve} makes an order work, {@link #fill} trades it, {@link #release} ends it. After a batch
 * {@link #settle} closes the oldest lots and the position is written.
 *
 * <p>What always holds:
 *
 * <ul>
 *   <li>settled cash and the cost of all open lots together change only by realised P&amp;L;
 *   <li>a fill at a price no worse than the order's, and a release, never lower the available cash:
 *       whatever comes first of all working orders, each finds its money;
 *   <li>a position that may not go short never does.
 * </ul>
 *
 * <p>How the second is kept. A <em>sale of shares that aren't there</em> ({@code uncovered}: working
 * sales beyond the shares held) has its value at its worst price blocked as margin, pooled here
 * because which sale will find shares depends on which trades first. When shares are sold short,
 * their proceeds and their part of the pool become collateral. A <em>buy</em> blocks its full value;
 * of that it takes over the collateral of short shares it will close, as far as no other buy has
 * spoken for them, and keeps it until it trades or ends. Shares of a pool are rounded down to four
 * decimals for the part that stays; the last part takes the rest, so no paisa is lost.
 *
 * <p>Realised P&amp;L needs the price of the lots closed, cash doesn't. So stored lots are fetched
 * only once, at the end of a batch, and only as many as were closed ({@link #storedSharesClosed}).
 *
 * <p>Not thread-safe.
 */
public final class Position {

  private static final int MONEY_SCALE = 4;

  private final UUID positionId;
  private final Account account;
  private final Symbol symbol;
  private final String product;
  private final boolean mayGoShort;
  private long quantity;
  private Money cost;
  private Money realisedPnl;
  private long openBuyQuantity;
  private long openSellQuantity;
  private long coveringQuantity;
  private Money shortCollateral;
  private Money saleMargin;
  private long firstLot;
  private long nextLot;
  private Instant openedAt;
  private boolean changed;

  /** Shares in stored lots that this batch hasn't closed, without sign. */
  private long storedShares;

  /** Shares of stored lots that this batch has closed, without sign, and at what value. */
  private long storedSharesClosed;

  private Money storedSharesClosedAt = Money.ZERO;

  /** Whether the stored lots are long; they are closed by sales then. */
  private boolean storedLong;

  /** Lots of this batch, oldest first; their numbers come when they are written. */
  private final ArrayDeque<Lot> freshLots = new ArrayDeque<>(4);

  /**
   * A position nobody has traded yet.
   *
   * @param now when it is made
   */
  public static Position flat(
      UUID positionId,
      Account account,
      Symbol symbol,
      String product,
      boolean mayGoShort,
      Instant now) {
    return new Position(
        positionId,
        account,
        symbol,
        product,
        mayGoShort,
        0,
        Money.ZERO,
        Money.ZERO,
        0,
        0,
        0,
        Money.ZERO,
        Money.ZERO,
        1,
        1,
        now);
  }

  /**
   * A position as the database has it.
   *
   * @param product the product's code
   * @param mayGoShort whether the product allows fewer than no shares
   * @param quantity shares, negative when short
   * @param coveringQuantity short shares that working buys have spoken for
   * @param shortCollateral cash blocked for the other short shares
   * @param saleMargin cash blocked for working sales of shares that aren't there
   * @param firstLot number of the oldest open lot
   * @param nextLot number the next lot gets
   * @param openedAt when it last became long or short, or was made
   */
  public Position(
      UUID positionId,
      Account account,
      Symbol symbol,
      String product,
      boolean mayGoShort,
      long quantity,
      Money cost,
      Money realisedPnl,
      long openBuyQuantity,
      long openSellQuantity,
      long coveringQuantity,
      Money shortCollateral,
      Money saleMargin,
      long firstLot,
      long nextLot,
      Instant openedAt) {
    this.positionId = positionId;
    this.account = account;
    this.symbol = symbol;
    this.product = product;
    this.mayGoShort = mayGoShort;
    this.quantity = quantity;
    this.cost = cost;
    this.realisedPnl = realisedPnl;
    this.openBuyQuantity = openBuyQuantity;
    this.openSellQuantity = openSellQuantity;
    this.coveringQuantity = coveringQuantity;
    this.shortCollateral = shortCollateral;
    this.saleMargin = saleMargin;
    this.firstLot = firstLot;
    this.nextLot = nextLot;
    this.openedAt = openedAt;
    this.storedShares = Math.abs(quantity);
    this.storedLong = quantity > 0;
  }

  /**
   * Cash that must be available before an order may work: for a buy its full value less the
   * collateral it takes over from short shares, for a sale the value of the shares that aren't
   * there. Never negative.
   *
   * @param shares how many, positive
   * @param worst the worst price it can trade at
   */
  public Money cashNeeded(boolean buy, long shares, Price worst) {
    if (buy) {
      Money value = value(shares, worst);
      Money cover = part(shortCollateral, coverable(shares), unclaimed());
      return value.compareTo(cover) > 0 ? value.minus(cover) : Money.ZERO;
    }
    return value(uncovered(openSellQuantity + shares, quantity) - uncovered(), worst);
  }

  /**
   * Sets cash or shares aside for an order.
   *
   * @throws IllegalStateException when the cash isn't available, or the shares aren't there and the
   *     position may not go short
   */
  public Reservation reserve(UUID orderId, boolean buy, long shares, Price worst) {
    Reservation reservation;
    if (buy) {
      long cover = coverable(shares);
      Money coverCash = part(shortCollateral, cover, unclaimed());
      reservation = new Reservation(orderId, this, true, worst, shares, cover, coverCash);
      account.move(Money.ZERO, reservation.cash().minus(coverCash), reservation.value());
      shortCollateral = shortCollateral.minus(coverCash);
      coveringQuantity += cover;
      openBuyQuantity += shares;
    } else {
      long newlyUncovered = uncovered(openSellQuantity + shares, quantity) - uncovered();
      if (newlyUncovered > 0 && !mayGoShort) {
        throw new IllegalStateException(
            "order " + orderId + " sells " + newlyUncovered + " " + symbol + " that aren't there");
      }
      reservation = new Reservation(orderId, this, false, worst, shares, 0, Money.ZERO);
      Money margin = value(newlyUncovered, worst);
      account.move(Money.ZERO, margin, reservation.value());
      saleMargin = saleMargin.plus(margin);
      openSellQuantity += shares;
    }
    changed = true;
    return reservation;
  }

  /**
   * Books shares that traded.
   *
   * @param execId the execution
   * @throws IllegalStateException when the order has fewer shares left, or the price is worse than
   *     the one it set cash aside for
   */
  public void fill(Reservation order, long shares, Price price, UUID execId, Instant at) {
    if (shares <= 0 || shares > order.quantity()) {
      throw new IllegalStateException(
          "order " + order.orderId() + " has " + order.quantity() + " shares left, not " + shares);
    }
    if (order.buy() ? price.isAbove(order.price()) : price.isBelow(order.price())) {
      throw new IllegalStateException(
          "order "
              + order.orderId()
              + " may not trade at "
              + price
              + ", worse than "
              + order.price());
    }
    if (order.buy()) {
      buy(order, shares, price);
    } else {
      sell(order, shares, price);
    }
    trade(order.buy() ? shares : -shares, price, execId, at);
    changed = true;
  }

  private void buy(Reservation order, long shares, Price price) {
    Money blockedBefore = order.cash();
    long coverBefore = order.coverQuantity();
    long unclaimedBefore = unclaimed();
    long uncoveredBefore = uncovered();

    long coverAfter = coverBefore - Math.min(shares, coverBefore);
    order.become(
        order.quantity() - shares, coverAfter, part(order.coverCash(), coverAfter, coverBefore));
    coveringQuantity -= coverBefore - coverAfter;
    openBuyQuantity -= shares;

    long after = quantity + shares;
    Money collateral = part(shortCollateral, unclaimed(after, coveringQuantity), unclaimedBefore);
    Money margin = part(saleMargin, uncovered(openSellQuantity, after), uncoveredBefore);
    Money freed =
        blockedBefore
            .minus(order.cash())
            .plus(shortCollateral.minus(collateral))
            .plus(saleMargin.minus(margin));
    account.move(
        value(shares, price).negated(), freed.negated(), value(shares, order.price()).negated());
    shortCollateral = collateral;
    saleMargin = margin;
  }

  private void sell(Reservation order, long shares, Price price) {
    long uncoveredBefore = uncovered();
    long unclaimedBefore = unclaimed();
    long after = quantity - shares;
    long soldShort = shares - Math.min(shares, Math.max(quantity, 0));
    if (soldShort > 0 && !mayGoShort) {
      throw new IllegalStateException(
          "order " + order.orderId() + " sold " + soldShort + " " + symbol + " that aren't there");
    }
    openSellQuantity -= shares;
    order.become(order.quantity() - shares, 0, Money.ZERO);
    Money margin = part(saleMargin, uncovered(openSellQuantity, after), uncoveredBefore);
    Money freed = saleMargin.minus(margin);
    Money collateral = Money.ZERO;
    if (soldShort > 0) {
      // Short shares that a working buy has spoken for already have their collateral with it.
      long newlyUnclaimed = unclaimed(after, coveringQuantity) - unclaimedBefore;
      collateral = part(value(soldShort, price).plus(freed), newlyUnclaimed, soldShort);
    }
    account.move(
        value(shares, price), collateral.minus(freed), value(shares, order.price()).negated());
    saleMargin = margin;
    shortCollateral = shortCollateral.plus(collateral);
  }

  /** Frees what is still set aside for an order. Does nothing when it has ended. */
  public void release(Reservation order) {
    if (order.ended()) {
      return;
    }
    Money value = order.value();
    if (order.buy()) {
      long unclaimedBefore = unclaimed();
      Money blocked = order.cash();
      openBuyQuantity -= order.quantity();
      coveringQuantity -= order.coverQuantity();
      // Its short shares are there still, unless another order closed them.
      Money handedBack =
          part(order.coverCash(), unclaimed() - unclaimedBefore, order.coverQuantity());
      shortCollateral = shortCollateral.plus(handedBack);
      account.move(Money.ZERO, handedBack.minus(blocked), value.negated());
    } else {
      long uncoveredBefore = uncovered();
      openSellQuantity -= order.quantity();
      Money margin = part(saleMargin, uncovered(), uncoveredBefore);
      account.move(Money.ZERO, margin.minus(saleMargin), value.negated());
      saleMargin = margin;
    }
    order.become(0, 0, Money.ZERO);
    changed = true;
  }

  /**
   * Frees what is set aside for an order, in a way that can be undone: as long as nothing else
   * happens to the account, {@link Lifted#putBack} leaves everything as it was.
   *
   * @throws IllegalStateException when the order has ended
   */
  public Lifted lift(Reservation order) {
    if (order.ended()) {
      throw new IllegalStateException("order " + order.orderId() + " has set nothing aside");
    }
    Lifted before = new Lifted(order);
    release(order);
    return before;
  }

  /** A position, its account and an order's reservation as they were before {@link #lift}. */
  public final class Lifted {
    private final Reservation order;
    private final long orderQuantity;
    private final long coverQuantity;
    private final Money coverCash;
    private final long buys;
    private final long sales;
    private final long covering;
    private final Money collateral;
    private final Money margin;
    private final Money blocked;
    private final Money openOrders;

    private Lifted(Reservation order) {
      this.order = order;
      this.orderQuantity = order.quantity();
      this.coverQuantity = order.coverQuantity();
      this.coverCash = order.coverCash();
      this.buys = openBuyQuantity;
      this.sales = openSellQuantity;
      this.covering = coveringQuantity;
      this.collateral = shortCollateral;
      this.margin = saleMargin;
      this.blocked = account.blockedCash();
      this.openOrders = account.openOrderValue();
    }

    /** Sets the same aside again. */
    public void putBack() {
      order.become(orderQuantity, coverQuantity, coverCash);
      openBuyQuantity = buys;
      openSellQuantity = sales;
      coveringQuantity = covering;
      shortCollateral = collateral;
      saleMargin = margin;
      account.move(
          Money.ZERO,
          blocked.minus(account.blockedCash()),
          openOrders.minus(account.openOrderValue()));
    }
  }

  /** Closes lots, oldest first, and opens one for what is left of the shares. */
  private void trade(long signedShares, Price price, UUID execId, Instant at) {
    boolean buying = signedShares > 0;
    long left = Math.abs(signedShares);
    if (storedShares > 0 && storedLong != buying) {
      long closed = Math.min(left, storedShares);
      storedShares -= closed;
      storedSharesClosed += closed;
      storedSharesClosedAt = storedSharesClosedAt.plus(value(closed, price));
      left -= closed;
    }
    while (left > 0 && !freshLots.isEmpty() && freshLots.peekFirst().quantity() > 0 != buying) {
      Lot lot = freshLots.pollFirst();
      long closed = Math.min(left, Math.abs(lot.quantity()));
      long signed = buying ? -closed : closed;
      realise(value(signed, lot.price()), value(signed, price));
      if (closed < Math.abs(lot.quantity())) {
        freshLots.addFirst(lot.withQuantity(lot.quantity() - signed));
      }
      left -= closed;
    }
    if (left > 0) {
      long signed = buying ? left : -left;
      if (quantity == 0 || quantity > 0 != buying) {
        openedAt = at;
      }
      freshLots.addLast(new Lot(0, execId, signed, price, at));
      cost = cost.plus(value(signed, price));
    }
    quantity += signedShares;
  }

  /** Takes lots out of the position: both amounts positive for shares held, negative for short. */
  private void realise(Money lotCost, Money closedAt) {
    cost = cost.minus(lotCost);
    realisedPnl = realisedPnl.plus(closedAt.minus(lotCost));
  }

  /**
   * Books the closing of stored lots, now that they are known.
   *
   * @param oldest stored lots from {@link #firstLot} on; they must hold {@link
   *     #storedSharesClosed} shares at least, more are left alone
   * @return what to write
   * @throws IllegalStateException when the lots hold fewer shares
   */
  public LotChanges settle(List<Lot> oldest) {
    long left = storedSharesClosed;
    int touched = 0;
    int consumed = 0;
    Lot remainder = null;
    Money closedCost = Money.ZERO;
    while (left > 0) {
      if (touched == oldest.size()) {
        throw new IllegalStateException(
            "position " + positionId + " lacks " + left + " shares in its lots");
      }
      Lot lot = oldest.get(touched++);
      long shares = Math.min(left, Math.abs(lot.quantity()));
      long signed = lot.quantity() > 0 ? shares : -shares;
      closedCost = closedCost.plus(value(signed, lot.price()));
      if (shares == Math.abs(lot.quantity())) {
        consumed++;
      } else {
        remainder = lot.withQuantity(lot.quantity() - signed);
      }
      left -= shares;
    }
    if (storedSharesClosed > 0) {
      realise(closedCost, storedLong ? storedSharesClosedAt : storedSharesClosedAt.negated());
    }
    List<Lot> added =
        remainder == null && freshLots.isEmpty()
            ? List.of()
            : new ArrayList<>(freshLots.size() + 1);
    if (remainder != null) {
      added.add(remainder);
    }
    firstLot += consumed;
    for (Lot lot : freshLots) {
      added.add(lot.withNumber(nextLot++));
    }
    freshLots.clear();
    storedShares = Math.abs(quantity);
    storedLong = quantity > 0;
    storedSharesClosed = 0;
    storedSharesClosedAt = Money.ZERO;
    return new LotChanges(touched, Collections.unmodifiableList(added));
  }

  /**
   * What a batch did to the lots.
   *
   * @param removed how many of the oldest stored lots go
   * @param added lots to insert, with their numbers; the first may be what is left of a removed one
   */
  public record LotChanges(int removed, List<Lot> added) {}

  /** The value of so many shares, exact; negative for negative shares. */
  static Money value(long shares, Price price) {
    return shares == 0 ? Money.ZERO : new Money(price.value().multiply(BigDecimal.valueOf(shares)));
  }

  /** {@code total × part ÷ whole}, rounded down to four decimals; exact when it is all or none. */
  static Money part(Money total, long part, long whole) {
    if (part == 0 || total.isZero()) {
      return Money.ZERO;
    }
    if (part == whole) {
      return total;
    }
    return new Money(
        total
            .value()
            .multiply(BigDecimal.valueOf(part))
            .divide(BigDecimal.valueOf(whole), MONEY_SCALE, RoundingMode.DOWN));
  }

  private long coverable(long shares) {
    return Math.min(shares, unclaimed());
  }

  /** Short shares no working buy has spoken for. */
  private long unclaimed() {
    return unclaimed(quantity, coveringQuantity);
  }

  private static long unclaimed(long quantity, long covering) {
    return Math.max(0, -quantity - covering);
  }

  /** Shares that working sales would sell short if all of them traded. */
  private long uncovered() {
    return uncovered(openSellQuantity, quantity);
  }

  private static long uncovered(long openSells, long quantity) {
    return Math.max(0, openSells - Math.max(quantity, 0));
  }

  public UUID positionId() {
    return positionId;
  }

  public Account account() {
    return account;
  }

  public Symbol symbol() {
    return symbol;
  }

  public String product() {
    return product;
  }

  public long quantity() {
    return quantity;
  }

  /**
   * Exact cost of the open lots, negative when short.
   *
   * @throws IllegalStateException when lots are still to be settled
   */
  public Money cost() {
    requireSettled();
    return cost;
  }

  /**
   * Profit of the closed lots, over the position's life.
   *
   * @throws IllegalStateException when lots are still to be settled
   */
  public Money realisedPnl() {
    requireSettled();
    return realisedPnl;
  }

  private void requireSettled() {
    if (storedSharesClosed > 0) {
      throw new IllegalStateException("lots of position " + positionId + " aren't settled");
    }
  }

  public long openBuyQuantity() {
    return openBuyQuantity;
  }

  public long openSellQuantity() {
    return openSellQuantity;
  }

  public long coveringQuantity() {
    return coveringQuantity;
  }

  public Money shortCollateral() {
    return shortCollateral;
  }

  public Money saleMargin() {
    return saleMargin;
  }

  public long firstLot() {
    return firstLot;
  }

  public long nextLot() {
    return nextLot;
  }

  /** When it last became long or short, or was made. */
  public Instant openedAt() {
    return openedAt;
  }

  /** Shares of stored lots that are closed and wait for {@link #settle}. */
  public long storedSharesClosed() {
    return storedSharesClosed;
  }

  /** Shares the stored lots hold in all, those that are closed and not settled included. */
  public long storedSharesBefore() {
    return storedShares + storedSharesClosed;
  }

  /** Whether anything was changed since it was read or {@link #stored}. */
  public boolean changed() {
    return changed;
  }

  /** Says that the database has it as it is now. */
  public void stored() {
    changed = false;
  }
}
