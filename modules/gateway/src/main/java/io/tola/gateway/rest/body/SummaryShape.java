package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PortfolioSummary;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** One account in one view; rupees. */
public record SummaryShape(
    UUID accountId,
    String accountName,
    BigDecimal settledCash,
    BigDecimal blockedCash,
    BigDecimal availableCash,
    BigDecimal investedCost,
    BigDecimal marketValue,
    BigDecimal unrealisedPnl,
    BigDecimal realisedPnl,
    BigDecimal realisedPnlAverageCost,
    BigDecimal dividends,
    BigDecimal charges,
    BigDecimal netPnl,
    BigDecimal equity,
    BigDecimal netEquity,
    BigDecimal dayPnl,
    BigDecimal dayReturnPct,
    BigDecimal drawdown,
    int openPositions,
    int positionsWithoutQuote,
    Instant timestamp)
    implements Shape {

  public static SummaryShape of(PnlReport report) {
    PortfolioSummary summary = report.summary();
    return new SummaryShape(
        summary.accountId().value(),
        summary.accountName(),
        Amounts.of(summary.settledCash()),
        Amounts.of(summary.blockedCash()),
        Amounts.of(summary.availableCash()),
        Amounts.of(summary.investedCost()),
        Amounts.of(summary.marketValue()),
        Amounts.of(summary.unrealisedPnl()),
        Amounts.of(summary.realisedPnl()),
        Amounts.of(report.realisedAverage()),
        Amounts.of(report.dividends()),
        Amounts.of(report.charges().rounded().total()),
        Amounts.of(report.netPnl()),
        Amounts.of(summary.equity()),
        Amounts.of(report.today().netEquity()),
        Amounts.of(report.today().pnl()),
        Amounts.of(report.today().returnPct()),
        Amounts.of(report.statistics().drawdown()),
        summary.openPositions(),
        summary.positionsWithoutQuote(),
        summary.timestamp());
  }
}
