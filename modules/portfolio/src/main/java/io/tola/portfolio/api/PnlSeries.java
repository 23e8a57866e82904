package io.tola.portfolio.api;

import java.util.List;

/**
 * Some days of an account.
 *
 * @param days oldest first
 * @param statistics over those days only; drawdowns start at the first of them
 */
public record PnlSeries(List<DailyPnl> days, PnlStatistics statistics) {

  /** Copies the list. */
  public PnlSeries {
    days = List.copyOf(days);
  }
}
