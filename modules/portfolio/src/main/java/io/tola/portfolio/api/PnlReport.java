package io.tola.portfolio.api;

import io.tola.kernel.Money;
import java.util.List;

/**
 * All that a dashboard needs of one account, as it was at one moment ({@code summary.timestamp}).
 *
 * @param summary the account valued at quotes
 * @param realisedAverage realised profit of all trades by average cost; the summary has the one of
 *     first in first out
 * @param dividends dividends and cash for fractions of shares, over all time; part of the summary's
 *     realised profit
 * @param charges of all trades; not taken out of cash
 * @param days every day with trades or a known equity, oldest first; the last is today
 * @param statistics over all days
 * @param largest the largest positions by market value, at most {@link Pnl#LARGEST}
 */
public record PnlReport(
    PortfolioSummary summary,
    Money realisedAverage,
    Money dividends,
    Charges charges,
    List<DailyPnl> days,
    PnlStatistics statistics,
    List<PositionView> largest) {

  /** Copies the lists. */
  public PnlReport {
    days = List.copyOf(days);
    largest = List.copyOf(largest);
  }

  /** Today. */
  public DailyPnl today() {
    return days.get(days.size() - 1);
  }

  /** Realised and unrealised profit, less all charges. */
  public Money netPnl() {
    return summary
        .realisedPnl()
        .plus(summary.unrealisedPnl())
        .minus(new Money(charges.rounded().total()));
  }
}
