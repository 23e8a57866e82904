package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
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
    BigDecimal equity,
    int openPositions,
    int positionsWithoutQuote,
    Instant timestamp)
    implements Shape {

  public static SummaryShape of(PortfolioSummary summary) {
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
        Amounts.of(summary.equity()),
        summary.openPositions(),
        summary.positionsWithoutQuote(),
        summary.timestamp());
  }
}
