package io.tola.portfolio.application;

import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.PnlSeries;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.domain.EquityCurve;
import io.tola.portfolio.store.PnlStore.DayRow;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes an account's series of days out of stored days and what the account is worth now. */
final class DayBook {

  private DayBook() {}

  /**
   * The series with today's running day at its end.
   *
   * @param rows stored days, oldest first
   * @param opened day of the account's opening
   * @param funded what has been paid in until now
   * @param summary the account now
   */
  static PnlSeries series(
      List<DayRow> rows,
      LocalDate opened,
      LocalDate today,
      Money funded,
      PortfolioSummary summary,
      BigDecimal riskFreePct) {
    List<DayRow> days = new ArrayList<>(rows);
    DayRow stored =
        days.isEmpty() || !days.get(days.size() - 1).day().equals(today)
            ? null
            : days.remove(days.size() - 1);
    days.add(running(stored, today, funded, summary));
    List<EquityCurve.Point> points = new ArrayList<>(days.size());
    BigDecimal charged = BigDecimal.ZERO;
    for (DayRow day : days) {
      charged = charged.add(day.charges().rounded().total());
      if (day.equity() != null) {
        points.add(
            new EquityCurve.Point(day.day(), day.equity().minus(new Money(charged)), day.funded()));
      }
    }
    Money first = points.get(0).funded();
    EquityCurve curve = new EquityCurve(new EquityCurve.Point(opened, first, first), points);
    Map<LocalDate, EquityCurve.Day> reckoned = new HashMap<>();
    Map<LocalDate, Money> net = new HashMap<>();
    curve.days().forEach(day -> reckoned.put(day.day(), day));
    points.forEach(point -> net.put(point.day(), point.equity()));
    List<DailyPnl> series = new ArrayList<>(days.size());
    for (DayRow day : days) {
      series.add(daily(day, reckoned.get(day.day()), net.get(day.day()), day.day().equals(today)));
    }
    return new PnlSeries(series, statistics(curve, series, riskFreePct));
  }

  /**
   * Some days of a series, with statistics of their own: the day before the first is their start.
   */
  static PnlSeries part(PnlSeries all, LocalDate from, LocalDate to) {
    List<DailyPnl> shown = new ArrayList<>();
    List<EquityCurve.Point> points = new ArrayList<>();
    EquityCurve.Point start = null;
    Money gained = Money.ZERO;
    for (DailyPnl day : all.days()) {
      if (to != null && day.day().isAfter(to)) {
        break;
      }
      EquityCurve.Point point = null;
      if (day.netEquity() != null) {
        // What was paid in is what isn't gained: equity less the profit of all days until then.
        gained = gained.plus(day.pnl());
        point = new EquityCurve.Point(day.day(), day.netEquity(), day.netEquity().minus(gained));
        if (start == null) {
          start = new EquityCurve.Point(day.day(), point.funded(), point.funded());
        }
      }
      if (from != null && day.day().isBefore(from)) {
        start = point == null ? start : point;
        continue;
      }
      shown.add(day);
      if (point != null) {
        points.add(point);
      }
    }
    EquityCurve curve = new EquityCurve(start, points);
    Map<LocalDate, EquityCurve.Day> reckoned = new HashMap<>();
    curve.days().forEach(day -> reckoned.put(day.day(), day));
    List<DailyPnl> days = new ArrayList<>(shown.size());
    for (DailyPnl day : shown) {
      days.add(withDrawdown(day, reckoned.get(day.day())));
    }
    return new PnlSeries(days, statistics(curve, days, all.statistics().riskFreePct()));
  }

  private static DayRow running(
      DayRow stored, LocalDate today, Money funded, PortfolioSummary summary) {
    DayRow trades =
        stored == null
            ? new DayRow(
                today,
                0,
                0,
                0,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Charges.NONE,
                null,
                null,
                null)
            : stored;
    return new DayRow(
        today,
        trades.trades(),
        trades.closingTrades(),
        trades.winningTrades(),
        trades.bought(),
        trades.sold(),
        trades.realisedFifo(),
        trades.realisedAverage(),
        trades.dividends(),
        trades.charges(),
        summary.equity(),
        summary.unrealisedPnl(),
        funded);
  }

  private static DailyPnl daily(
      DayRow row, EquityCurve.Day reckoned, Money netEquity, boolean running) {
    return new DailyPnl(
        row.day(),
        row.equity(),
        netEquity,
        reckoned == null ? null : reckoned.pnl(),
        reckoned == null ? null : reckoned.returnPct(),
        reckoned == null ? null : reckoned.drawdown(),
        row.realisedFifo(),
        row.realisedAverage(),
        row.dividends(),
        row.unrealised(),
        row.charges(),
        row.bought(),
        row.sold(),
        row.trades(),
        row.closingTrades(),
        row.winningTrades(),
        running);
  }

  private static DailyPnl withDrawdown(DailyPnl day, EquityCurve.Day reckoned) {
    return reckoned == null
        ? day
        : new DailyPnl(
            day.day(),
            day.equity(),
            day.netEquity(),
            day.pnl(),
            day.returnPct(),
            reckoned.drawdown(),
            day.realisedFifo(),
            day.realisedAverage(),
            day.dividends(),
            day.unrealised(),
            day.charges(),
            day.bought(),
            day.sold(),
            day.trades(),
            day.closingTrades(),
            day.winningTrades(),
            day.running());
  }

  private static io.tola.portfolio.api.PnlStatistics statistics(
      EquityCurve curve, List<DailyPnl> days, BigDecimal riskFreePct) {
    long closing = 0;
    long winning = 0;
    for (DailyPnl day : days) {
      closing += day.closingTrades();
      winning += day.winningTrades();
    }
    return curve.statistics(closing, winning, riskFreePct);
  }
}
