package io.tola.portfolio.api;

import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * What a curve of daily equity comes to, net of charges. Conventions: {@code
 * site/reference/profit-and-loss.md}.
 *
 * @param days days with a known equity
 * @param totalReturnPct return over all of them, compounded, in per cent
 * @param drawdown how far the last day is below the highest day until then, 0 to 1
 * @param drawdownPeakDay that highest day; null without days
 * @param maxDrawdown the deepest drawdown of any day, 0 to 1
 * @param maxDrawdownPeakDay the day it fell from; null when there was none
 * @param maxDrawdownTroughDay the day it was deepest; null when there was none
 * @param maxDrawdownAmount how many rupees below the peak's equity the trough's was, without money
 *     paid in or out between; zero or more
 * @param winningDays days with a profit
 * @param losingDays days with a loss
 * @param closingTrades trades that closed shares
 * @param winningTrades those of them with a profit, first in first out, before charges
 * @param winRate winning of closing trades, 0 to 1; null without any
 * @param volatilityPct sample standard deviation of the daily returns times √252, in per cent; null
 *     with fewer than two days
 * @param sharpe mean excess daily return over its sample standard deviation, times √252; null with
 *     fewer than two days or without any deviation
 * @param riskFreePct the yearly rate that the excess is over
 */
public record PnlStatistics(
    int days,
    BigDecimal totalReturnPct,
    BigDecimal drawdown,
    LocalDate drawdownPeakDay,
    BigDecimal maxDrawdown,
    LocalDate maxDrawdownPeakDay,
    LocalDate maxDrawdownTroughDay,
    Money maxDrawdownAmount,
    int winningDays,
    int losingDays,
    long closingTrades,
    long winningTrades,
    BigDecimal winRate,
    BigDecimal volatilityPct,
    BigDecimal sharpe,
    BigDecimal riskFreePct) {}
