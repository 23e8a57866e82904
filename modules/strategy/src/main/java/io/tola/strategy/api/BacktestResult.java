package io.tola.strategy.api;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How a strategy would have done. Conventions: a signal at the close of one bar trades at the open of
 * the next; bought with all cash, whole lots, never short, never on credit; costs rounded up to the
 * paisa on each trade; equity is cash and shares at the bar's close. A position still open at the end
 * counts at the last close.
 *
 * @param bars how many traded or could have
 * @param costs rupees, all trades together
 * @param totalReturn final equity by initial cash, less 1; eight decimals
 * @param maxDrawdown largest fall of equity from its highest point before, as a share of that point,
 *     0 to 1; the initial cash is the first high point
 * @param sharpe mean of the bars' returns by their sample standard deviation (n − 1), times the root of
 *     {@code barsPerYear}; risk-free rate 0; null when equity never moved
 * @param barsPerYear the annualisation: 252 days, of 375 minutes each at NSE
 * @param winRate closed trades that earned more than their costs, as a share of all closed trades; null
 *     when none was closed
 * @param trades oldest first
 * @param curve equity over time: the first bar, the last, and evenly spread ones between them, 1,000 at
 *     most; the figures above were worked out of every bar
 */
public record BacktestResult(
    UUID id,
    String strategy,
    Symbol symbol,
    Interval interval,
    Instant from,
    Instant to,
    long version,
    Map<String, Object> parameters,
    int bars,
    Money initialCash,
    Money finalEquity,
    BigDecimal costsBps,
    Money costs,
    BigDecimal totalReturn,
    BigDecimal maxDrawdown,
    BigDecimal sharpe,
    int barsPerYear,
    BigDecimal winRate,
    int closedTrades,
    int winningTrades,
    List<Trade> trades,
    List<Point> curve,
    Instant createdAt) {

  /**
   * A position from its first share to its last.
   *
   * @param closedAt start of the bar at whose open it was sold; null while it is open at the end
   * @param sellPrice null while it is open at the end
   * @param profit rupees after costs; of an open position what it would be at the last close
   */
  public record Trade(
      Instant openedAt,
      Price buyPrice,
      long quantity,
      Instant closedAt,
      Price sellPrice,
      Money costs,
      Money profit) {}

  /**
   * Equity at the close of a bar.
   *
   * @param at start of the bar
   * @param drawdown as {@code maxDrawdown}, up to here
   */
  public record Point(Instant at, Money equity, BigDecimal drawdown) {}
}
