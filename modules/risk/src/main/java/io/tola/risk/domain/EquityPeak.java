package io.tola.risk.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * The best profit and loss an account had, and its drawdown from there.
 *
 * <p>Convention: {@code drawdown = (peak P&L − P&L) / (funded + peak P&L)}, in per cent: the loss since
 * the best moment, of the equity the account would have had it kept that profit. Cash paid in or out
 * moves neither peak nor loss. 100 at most, also for an account that owes more than it ever had.
 *
 * @param peak highest P&amp;L so far, at least the P&amp;L now
 * @param at when that was
 */
public record EquityPeak(BigDecimal peak, Instant at) {

  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final int SCALE = 4;

  /** An account that is seen for the first time: what was paid in is its first peak. */
  public static EquityPeak first(BigDecimal pnl, Instant now) {
    return new EquityPeak(pnl.max(BigDecimal.ZERO), now);
  }

  /** After another look. */
  public EquityPeak seen(BigDecimal pnl, Instant now) {
    return pnl.compareTo(peak) > 0 ? new EquityPeak(pnl, now) : this;
  }

  /**
   * Per cent, 0 to 100, four decimals half up.
   *
   * @param funded what was paid in, less what was paid out
   */
  public BigDecimal drawdown(BigDecimal pnl, BigDecimal funded) {
    BigDecimal loss = peak.subtract(pnl);
    if (loss.signum() <= 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal equity = funded.add(peak);
    return equity.signum() <= 0
        ? HUNDRED
        : loss.multiply(HUNDRED).divide(equity, SCALE, RoundingMode.HALF_UP).min(HUNDRED);
  }
}
