package io.tola.gateway.rest.body;

import io.tola.strategy.api.StrategyPerformance;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** A strategy's newest backtest of one symbol and interval, and how much it has said about them. */
public record PerformanceShape(
    String strategy,
    String symbol,
    String interval,
    UUID backtestId,
    Instant from,
    Instant to,
    long version,
    int bars,
    BigDecimal initialCash,
    BigDecimal finalEquity,
    BigDecimal costs,
    BigDecimal totalReturn,
    BigDecimal maxDrawdown,
    BigDecimal sharpe,
    BigDecimal winRate,
    int closedTrades,
    int winningTrades,
    Instant testedAt,
    long signals,
    Instant lastSignalAt) {

  public static PerformanceShape of(StrategyPerformance row) {
    return new PerformanceShape(
        row.strategy(),
        row.symbol().value(),
        row.interval().code(),
        row.backtestId(),
        row.from(),
        row.to(),
        row.version(),
        row.bars(),
        Amounts.of(row.initialCash()),
        Amounts.of(row.finalEquity()),
        Amounts.of(row.costs()),
        row.totalReturn(),
        row.maxDrawdown(),
        row.sharpe(),
        row.winRate(),
        row.closedTrades(),
        row.winningTrades(),
        row.testedAt(),
        row.signals(),
        row.lastSignalAt());
  }
}
