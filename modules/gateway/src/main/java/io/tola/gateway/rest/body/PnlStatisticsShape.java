package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.PnlStatistics;
import java.math.BigDecimal;
import java.time.LocalDate;

/** What a curve of daily equity comes to, net of charges; null where it can't be told. */
public record PnlStatisticsShape(
    int days,
    BigDecimal totalReturnPct,
    BigDecimal drawdown,
    LocalDate drawdownPeakDate,
    BigDecimal maxDrawdown,
    LocalDate maxDrawdownPeakDate,
    LocalDate maxDrawdownTroughDate,
    BigDecimal maxDrawdownAmount,
    int winningDays,
    int losingDays,
    long closingTrades,
    long winningTrades,
    BigDecimal winRate,
    BigDecimal volatilityPct,
    BigDecimal sharpe,
    BigDecimal riskFreePct)
    implements Shape {

  public static PnlStatisticsShape of(PnlStatistics s) {
    return new PnlStatisticsShape(
        s.days(),
        Amounts.of(s.totalReturnPct()),
        Amounts.of(s.drawdown()),
        s.drawdownPeakDay(),
        Amounts.of(s.maxDrawdown()),
        s.maxDrawdownPeakDay(),
        s.maxDrawdownTroughDay(),
        Amounts.of(s.maxDrawdownAmount()),
        s.winningDays(),
        s.losingDays(),
        s.closingTrades(),
        s.winningTrades(),
        Amounts.of(s.winRate()),
        Amounts.of(s.volatilityPct()),
        Amounts.of(s.sharpe()),
        Amounts.of(s.riskFreePct()));
  }
}
