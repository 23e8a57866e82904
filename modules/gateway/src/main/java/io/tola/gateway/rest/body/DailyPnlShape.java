package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.kernel.AccountId;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.PnlSeries;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** Days of an account and what they come to. */
public record DailyPnlShape(UUID accountId, List<DayShape> items, PnlStatisticsShape statistics)
    implements Shape {

  /** One day; rupees. What hangs on the equity is null for a day nobody looked at. */
  public record DayShape(
      LocalDate date,
      BigDecimal equity,
      BigDecimal netEquity,
      BigDecimal pnl,
      BigDecimal returnPct,
      BigDecimal drawdown,
      BigDecimal realisedPnl,
      BigDecimal realisedPnlAverageCost,
      BigDecimal dividends,
      BigDecimal netRealisedPnl,
      BigDecimal unrealisedPnl,
      ChargesShape charges,
      BigDecimal bought,
      BigDecimal sold,
      long trades,
      long closingTrades,
      long winningTrades,
      boolean running)
      implements Shape {

    static DayShape of(DailyPnl day) {
      return new DayShape(
          day.day(),
          Amounts.of(day.equity()),
          Amounts.of(day.netEquity()),
          Amounts.of(day.pnl()),
          Amounts.of(day.returnPct()),
          Amounts.of(day.drawdown()),
          Amounts.of(day.realisedFifo()),
          Amounts.of(day.realisedAverage()),
          Amounts.of(day.dividends()),
          Amounts.of(day.netRealised()),
          Amounts.of(day.unrealised()),
          ChargesShape.of(day.charges()),
          Amounts.of(day.bought()),
          Amounts.of(day.sold()),
          day.trades(),
          day.closingTrades(),
          day.winningTrades(),
          day.running());
    }
  }

  public static DailyPnlShape of(AccountId account, PnlSeries series) {
    return new DailyPnlShape(
        account.value(),
        series.days().stream().map(DayShape::of).toList(),
        PnlStatisticsShape.of(series.statistics()));
  }
}
