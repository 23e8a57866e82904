package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;

/**
 * What a position's trades of one day came to, added up trade by trade. Not thread-safe.
 */
public final class PnlDay {

  private long trades;
  private long closingTrades;
  private long winningTrades;
  private long sharesBought;
  private long sharesSold;
  private Money bought = Money.ZERO;
  private Money sold = Money.ZERO;
  private Money realisedFifo = Money.ZERO;
  private Money realisedAverage = Money.ZERO;
  private Charges charges = Charges.NONE;

  /** Adds a trade. A trade that wins nothing and loses nothing isn't a winning one. */
  public void add(boolean buy, long shares, Money value, PnlBook.Realised realised, Charges cost) {
    trades++;
    if (realised.closed() > 0) {
      closingTrades++;
      winningTrades += realised.fifo().value().signum() > 0 ? 1 : 0;
    }
    if (buy) {
      sharesBought += shares;
      bought = bought.plus(value);
    } else {
      sharesSold += shares;
      sold = sold.plus(value);
    }
    realisedFifo = realisedFifo.plus(realised.fifo());
    realisedAverage = realisedAverage.plus(realised.average());
    charges = charges.plus(cost);
  }

  public long trades() {
    return trades;
  }

  public long closingTrades() {
    return closingTrades;
  }

  public long winningTrades() {
    return winningTrades;
  }

  public long sharesBought() {
    return sharesBought;
  }

  public long sharesSold() {
    return sharesSold;
  }

  public Money bought() {
    return bought;
  }

  public Money sold() {
    return sold;
  }

  public Money realisedFifo() {
    return realisedFifo;
  }

  public Money realisedAverage() {
    return realisedAverage;
  }

  public Charges charges() {
    return charges;
  }
}
