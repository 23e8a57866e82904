package io.tola.portfolio.api;

import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * An account's day in India.
 *
 * @param equity cash and market value at the end of the day, before charges; null for a day nobody
 *     looked at
 * @param netEquity equity less all charges up to the day; null as equity
 * @param pnl change of the net equity since the last known day, without money paid in or out; null
 *     as equity
 * @param returnPct that as a share of the net equity before, in per cent; null as equity, or when
 *     there was no equity to have a return on
 * @param drawdown how far below its highest day until then, 0 to 1; null as equity
 * @param realisedFifo realised by the day's trades, first in first out, before charges
 * @param realisedAverage the same by average cost
 * @param dividends dividends and cash for fractions of shares that were paid on the day
 * @param unrealised market value less cost at the end of the day; null as equity
 * @param charges of the day's trades
 * @param bought value of what was bought
 * @param sold value of what was sold
 * @param closingTrades trades that closed shares
 * @param winningTrades those with a profit
 * @param running whether the day isn't over
 */
public record DailyPnl(
    LocalDate day,
    Money equity,
    Money netEquity,
    Money pnl,
    BigDecimal returnPct,
    BigDecimal drawdown,
    Money realisedFifo,
    Money realisedAverage,
    Money dividends,
    Money unrealised,
    Charges charges,
    Money bought,
    Money sold,
    long trades,
    long closingTrades,
    long winningTrades,
    boolean running) {

  /** Realised first in first out and paid, less charges. */
  public Money netRealised() {
    return realisedFifo.plus(dividends).minus(new Money(charges.rounded().total()));
  }
}
