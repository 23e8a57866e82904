package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.strategy.api.BacktestResult;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How a strategy would have done on stored bars. */
public record BacktestShape(
    UUID backtestId,
    String strategy,
    String symbol,
    String interval,
    Instant from,
    Instant to,
    long version,
    Map<String, Object> parameters,
    int bars,
    BigDecimal initialCash,
    BigDecimal finalEquity,
    BigDecimal costsBps,
    BigDecimal costs,
    BigDecimal totalReturn,
    BigDecimal maxDrawdown,
    BigDecimal sharpe,
    int barsPerYear,
    BigDecimal winRate,
    int closedTrades,
    int winningTrades,
    List<BacktestTrade> trades,
    List<Point> equityCurve,
    Instant createdAt)
    implements Shape {

  /** A position from its first share to its last; still open where {@code closed_at} is null. */
  public record BacktestTrade(
      Instant openedAt,
      BigDecimal buyPrice,
      long quantity,
      Instant closedAt,
      BigDecimal sellPrice,
      BigDecimal costs,
      BigDecimal profit) {}

  /** Equity at the close of a bar. */
  public record Point(Instant at, BigDecimal equity, BigDecimal drawdown) {}

  public static BacktestShape of(BacktestResult result) {
    return new BacktestShape(
        result.id(),
        result.strategy(),
        result.symbol().value(),
        result.interval().code(),
        result.from(),
        result.to(),
        result.version(),
        result.parameters(),
        result.bars(),
        Amounts.of(result.initialCash()),
        Amounts.of(result.finalEquity()),
        result.costsBps(),
        Amounts.of(result.costs()),
        result.totalReturn(),
        result.maxDrawdown(),
        result.sharpe(),
        result.barsPerYear(),
        result.winRate(),
        result.closedTrades(),
        result.winningTrades(),
        result.trades().stream()
            .map(
                trade ->
                    new BacktestTrade(
                        trade.openedAt(),
                        Amounts.of(trade.buyPrice()),
                        trade.quantity(),
                        trade.closedAt(),
                        Amounts.of(trade.sellPrice()),
                        Amounts.of(trade.costs()),
                        Amounts.of(trade.profit())))
            .toList(),
        result.curve().stream()
            .map(point -> new Point(point.at(), Amounts.of(point.equity()), point.drawdown()))
            .toList(),
        result.createdAt());
  }
}
