package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * One position's profit by both methods, as its trades made it.
 *
 * <p><b>First in first out</b>: a trade that closes shares closes the oldest lots; what it realises
 * is the closed shares' value less the lots' cost. <b>Average cost</b>: all open shares cost the same;
 * closing k of n shares takes {@code cost × k ÷ n} out of the cost, rounded half even to four
 * decimals, and what is rounded away stays in the cost of the rest: nothing is lost or made. A trade
 * through zero closes what is there and opens the rest at its price.
 *
 * <p>What always holds, for each method: realised profit less cost is the cash that the trades
 * brought. So the methods agree to the last digit whenever the position is flat. Charges are not in
 * either.
 *
 * <p>Lots next to each other at one price are one lot here: it makes no difference to profit. Not
 * thread-safe.
 */
public final class PnlBook {

  private static final int MONEY_SCALE = 4;

  /**
   * Open shares at one price.
   *
   * @param quantity never zero; negative when short
   */
  public record OpenLot(long quantity, Price price) {}

  /**
   * What one trade realised.
   *
   * @param closed shares it closed, zero or more
   */
  public record Realised(long closed, Money fifo, Money average) {}

  private final Symbol symbol;
  private final String product;
  private final Deque<OpenLot> lots;
  private long quantity;
  private Money fifoCost;
  private Money averageCost;
  private Money realisedFifo;
  private Money realisedAverage;

  /** A position nobody has traded yet. */
  public PnlBook(Symbol symbol, String product) {
    this(symbol, product, List.of(), Money.ZERO, Money.ZERO, Money.ZERO);
  }

  /**
   * A position as it was stored.
   *
   * @param lots oldest first, all of one sign
   */
  public PnlBook(
      Symbol symbol,
      String product,
      Collection<OpenLot> lots,
      Money averageCost,
      Money realisedFifo,
      Money realisedAverage) {
    this.symbol = symbol;
    this.product = product;
    this.lots = new ArrayDeque<>(lots);
    this.averageCost = averageCost;
    this.realisedFifo = realisedFifo;
    this.realisedAverage = realisedAverage;
    this.fifoCost = Money.ZERO;
    for (OpenLot lot : lots) {
      quantity += lot.quantity;
      fifoCost = fifoCost.plus(Position.value(lot.quantity, lot.price));
    }
  }

  /** Books a trade of so many shares, more than zero. */
  public Realised trade(boolean buy, long shares, Price price) {
    long open = Math.abs(quantity);
    long closed = quantity != 0 && quantity > 0 != buy ? Math.min(shares, open) : 0;
    Money fifo = Money.ZERO;
    Money average = Money.ZERO;
    if (closed > 0) {
      // Signed as the position: what its shares are worth at this price, less what they cost.
      Money value = Position.value(quantity > 0 ? closed : -closed, price);
      fifo = value.minus(closeOldest(closed));
      Money cost =
          closed == open
              ? averageCost
              : new Money(
                  averageCost
                      .value()
                      .multiply(BigDecimal.valueOf(closed))
                      .divide(BigDecimal.valueOf(open), MONEY_SCALE, RoundingMode.HALF_EVEN));
      average = value.minus(cost);
      averageCost = averageCost.minus(cost);
      quantity += buy ? closed : -closed;
      realisedFifo = realisedFifo.plus(fifo);
      realisedAverage = realisedAverage.plus(average);
    }
    if (shares > closed) {
      long opened = buy ? shares - closed : closed - shares;
      OpenLot last = lots.peekLast();
      if (last != null && last.price.equals(price)) {
        lots.pollLast();
        lots.addLast(new OpenLot(last.quantity + opened, price));
      } else {
        lots.addLast(new OpenLot(opened, price));
      }
      Money cost = Position.value(opened, price);
      fifoCost = fifoCost.plus(cost);
      averageCost = averageCost.plus(cost);
      quantity += opened;
    }
    return new Realised(closed, fifo, average);
  }

  /** Takes shares out of the oldest lots; returns their cost, signed as the position. */
  private Money closeOldest(long shares) {
    Money cost = Money.ZERO;
    long left = shares;
    while (left > 0) {
      OpenLot lot = lots.pollFirst();
      long taken = Math.min(left, Math.abs(lot.quantity));
      long signed = lot.quantity > 0 ? taken : -taken;
      cost = cost.plus(Position.value(signed, lot.price));
      if (lot.quantity != signed) {
        lots.addFirst(new OpenLot(lot.quantity - signed, lot.price));
      }
      left -= taken;
    }
    fifoCost = fifoCost.minus(cost);
    return cost;
  }

  /**
   * Takes over the open lots that the account's own books have, where no trade of this platform
   * brought them: shares that were imported, or booked by an adjustment. Nothing is realised by that:
   * the cost of both methods changes by what the lots' cost changes by. When no share is left, or the
   * average cost would turn its sign, what the methods differed by has nowhere to stay, and average cost
   * goes on from what first in first out has: its cost, and what it has realised.
   */
  public void adopt(List<OpenLot> known) {
    Money before = fifoCost;
    lots.clear();
    lots.addAll(known);
    quantity = 0;
    fifoCost = Money.ZERO;
    for (OpenLot lot : known) {
      quantity += lot.quantity;
      fifoCost = fifoCost.plus(Position.value(lot.quantity, lot.price));
    }
    Money moved = averageCost.plus(fifoCost).minus(before);
    if (quantity == 0 || moved.value().signum() != Long.signum(quantity)) {
      averageCost = fifoCost;
      realisedAverage = realisedFifo;
    } else {
      averageCost = moved;
    }
  }

  /**
   * Has the oldest shares become others, as {@link LotSplit} does: no cost and no profit changes.
   *
   * @param concerned how many of them, at least one, at most those there are
   */
  public void split(long concerned, long oldShares, long newShares) {
    LotSplit.Result result = LotSplit.of(lots(), concerned, oldShares, newShares);
    if (result == null) {
      throw new IllegalArgumentException("no whole share would come of " + concerned);
    }
    lots.clear();
    for (LotSplit.Piece piece : result.pieces()) {
      lots.addLast(new OpenLot(piece.quantity(), piece.price()));
    }
    quantity = result.quantity();
  }

  public Symbol symbol() {
    return symbol;
  }

  public String product() {
    return product;
  }

  /** Shares, negative when short. */
  public long quantity() {
    return quantity;
  }

  /** Open lots, oldest first. */
  public List<OpenLot> lots() {
    return new ArrayList<>(lots);
  }

  /** Cost of the open lots, negative when short. */
  public Money fifoCost() {
    return fifoCost;
  }

  /** Cost of the open shares by average, negative when short. */
  public Money averageCost() {
    return averageCost;
  }

  public Money realisedFifo() {
    return realisedFifo;
  }

  public Money realisedAverage() {
    return realisedAverage;
  }
}
