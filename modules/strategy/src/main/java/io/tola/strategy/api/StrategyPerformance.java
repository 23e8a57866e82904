package io.tola.strategy.api;

import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * A row of {@code v_strategy_performance}: the newest backtest of a strategy, symbol and interval, and how
 * much the strategy has said about them. The figures are those of {@link BacktestResult}.
 *
 * @param signals BUYs and SELLs since the beginning, of any version
 * @param lastSignalAt start of the newest such signal's bar; null when there is none
 */
public record StrategyPerformance(
    String strategy,
    Symbol symbol,
    Interval interval,
    UUID backtestId,
    Instant from,
    Instant to,
    long version,
    int bars,
    Money initialCash,
    Money finalEquity,
    Money costs,
    BigDecimal totalReturn,
    BigDecimal maxDrawdown,
    BigDecimal sharpe,
    BigDecimal winRate,
    int closedTrades,
    int winningTrades,
    Instant testedAt,
    long signals,
    Instant lastSignalAt) {}
