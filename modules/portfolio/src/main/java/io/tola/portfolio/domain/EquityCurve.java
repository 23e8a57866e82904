package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.portfolio.api.PnlStatistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Returns, drawdowns and ratios of a daily equity curve. Immutable; thread-safe.
 *
 * <p>Conventions. Money paid in or out counts at the start of its day: the day's profit is {@code
 * (E − F) − (E₋₁ − F₋₁)} with equity E and funds paid in F, its return that by {@code E₋₁ + F −
 * F₋₁}; without positive equity before there is no return. Returns compound to an index that starts
 * at 1; a return below −100 % (a short position can do it) counts as −100 %, and what is gone stays
 * gone. Drawdown is {@code 1 − index ÷ highest index until then}, so it is within 0 and 1, and money
 * paid in doesn't heal it. The start counts as a peak.
 *
 * <p>Sharpe ratio: mean over sample standard deviation (n − 1) of the daily returns less a 252nd of
 * the yearly risk-free rate, times √252 (W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio
 * Management 21(1), 1994, ex post ratio; annualised by √T). Decimal arithmetic of 16 digits: the
 * same everywhere.
 */
public final class EquityCurve {

  /** Trading days in a year. */
  static final int YEAR = 252;

  private static final MathContext DIGITS = MathContext.DECIMAL64;
  private static final int RATIO_SCALE = 8;
  private static final int PCT_SCALE = 6;
  private static final BigDecimal HUNDRED = new BigDecimal("100");

  /** Below it returns are equal, but for the last digit of their mean. */
  private static final BigDecimal NO_DEVIATION = new BigDecimal("1e-12");

  /**
   * What an account was worth.
   *
   * @param equity may be negative
   * @param funded what was paid in, less what was paid out
   */
  public record Point(LocalDate day, Money equity, Money funded) {}

  /**
   * What became of a day.
   *
   * @param returned as a share of 1; null when there was nothing to have a return on
   * @param drawdown 0 to 1
   */
  public record Day(LocalDate day, Money pnl, BigDecimal returned, BigDecimal drawdown) {

    /** The return in per cent, or null. */
    public BigDecimal returnPct() {
      return returned == null ? null : pct(returned);
    }
  }

  private final List<Day> days;
  private final BigDecimal index;
  private final LocalDate peakDay;
  private final BigDecimal maxDrawdown;
  private final LocalDate maxPeakDay;
  private final LocalDate maxTroughDay;
  private final Money maxAmount;

  /**
   * @param start what came before the first day: its last known point, or the opening of the account
   * @param points the days, oldest first
   */
  public EquityCurve(Point start, List<Point> points) {
    List<Day> reckoned = new ArrayList<>(points.size());
    Point before = start;
    BigDecimal level = BigDecimal.ONE;
    BigDecimal peak = BigDecimal.ONE;
    Point peakPoint = start;
    BigDecimal deepest = BigDecimal.ZERO;
    LocalDate deepestPeak = null;
    LocalDate trough = null;
    Money amount = Money.ZERO;
    for (Point point : points) {
      Money flow = point.funded.minus(before.funded);
      Money base = before.equity.plus(flow);
      Money pnl = point.equity.minus(base);
      BigDecimal returned = null;
      if (base.value().signum() > 0) {
        returned = pnl.value().divide(base.value(), DIGITS);
        level = level.multiply(BigDecimal.ONE.add(returned).max(BigDecimal.ZERO), DIGITS);
      }
      if (level.compareTo(peak) >= 0) {
        peak = level;
        peakPoint = point;
      }
      BigDecimal drawdown = BigDecimal.ONE.subtract(level.divide(peak, DIGITS), DIGITS);
      if (drawdown.compareTo(deepest) > 0) {
        deepest = drawdown;
        deepestPeak = peakPoint.day;
        trough = point.day;
        Money lost =
            peakPoint.equity.minus(peakPoint.funded).minus(point.equity.minus(point.funded));
        amount = lost.isNegative() ? Money.ZERO : lost;
      }
      reckoned.add(new Day(point.day, pnl, returned, ratio(drawdown)));
      before = point;
    }
    this.days = List.copyOf(reckoned);
    this.index = level;
    this.peakDay = points.isEmpty() ? null : peakPoint.day;
    this.maxDrawdown = ratio(deepest);
    this.maxPeakDay = deepestPeak;
    this.maxTroughDay = trough;
    this.maxAmount = amount;
  }

  public List<Day> days() {
    return days;
  }

  /**
   * All of it in one view.
   *
   * @param riskFreePct yearly, in per cent
   */
  public PnlStatistics statistics(long closingTrades, long winningTrades, BigDecimal riskFreePct) {
    List<BigDecimal> returns = new ArrayList<>(days.size());
    int winning = 0;
    int losing = 0;
    for (Day day : days) {
      winning += day.pnl.value().signum() > 0 ? 1 : 0;
      losing += day.pnl.isNegative() ? 1 : 0;
      if (day.returned != null) {
        returns.add(day.returned);
      }
    }
    BigDecimal mean = mean(returns);
    BigDecimal deviation = deviation(returns, mean);
    BigDecimal year = BigDecimal.valueOf(YEAR).sqrt(DIGITS);
    BigDecimal sharpe = null;
    if (deviation != null && deviation.compareTo(NO_DEVIATION) > 0) {
      BigDecimal daily =
          riskFreePct.divide(HUNDRED, DIGITS).divide(BigDecimal.valueOf(YEAR), DIGITS);
      sharpe =
          mean.subtract(daily)
              .divide(deviation, DIGITS)
              .multiply(year, DIGITS)
              .setScale(PCT_SCALE, RoundingMode.HALF_EVEN);
    }
    return new PnlStatistics(
        days.size(),
        pct(index.subtract(BigDecimal.ONE)),
        days.isEmpty() ? ratio(BigDecimal.ZERO) : days.get(days.size() - 1).drawdown,
        peakDay,
        maxDrawdown,
        maxPeakDay,
        maxTroughDay,
        maxAmount,
        winning,
        losing,
        closingTrades,
        winningTrades,
        closingTrades == 0
            ? null
            : ratio(
                BigDecimal.valueOf(winningTrades)
                    .divide(BigDecimal.valueOf(closingTrades), DIGITS)),
        deviation == null ? null : pct(deviation.multiply(year, DIGITS)),
        sharpe,
        riskFreePct);
  }

  private static BigDecimal mean(List<BigDecimal> values) {
    if (values.isEmpty()) {
      return null;
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (BigDecimal value : values) {
      sum = sum.add(value);
    }
    return sum.divide(BigDecimal.valueOf(values.size()), DIGITS);
  }

  /** Of a sample: by n − 1. */
  private static BigDecimal deviation(List<BigDecimal> values, BigDecimal mean) {
    if (values.size() < 2) {
      return null;
    }
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal value : values) {
      squares = squares.add(value.subtract(mean).pow(2), DIGITS);
    }
    return squares.divide(BigDecimal.valueOf(values.size() - 1L), DIGITS).sqrt(DIGITS);
  }

  private static BigDecimal ratio(BigDecimal value) {
    return value.setScale(RATIO_SCALE, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal pct(BigDecimal ratio) {
    return ratio.multiply(HUNDRED).setScale(PCT_SCALE, RoundingMode.HALF_EVEN);
  }
}
