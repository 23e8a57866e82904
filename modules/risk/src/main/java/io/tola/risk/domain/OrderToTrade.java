package io.tola.risk.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * When an account sends too many orders for what it trades. Not a control: a ratio says something of
 * a day, not of an order, and an order that trades makes it better.
 *
 * <p>Messages are new orders taken, replaces and cancels; orders that a control refused never reach
 * an exchange and don't count. Source: SEBI CIR/MRD/DP/09/2012, 4(ii), asks exchanges for
 * disincentives against high daily ratios; NSE's circular 3/2012 of 29 June 2012 (NSE/FA/21156) counts
 * entry, modification and cancellation, charges from 50 on and stops a member for a quarter of an
 * hour from 500 on. NSE leaves out orders near the last price; this doesn't, so it warns earlier.
 *
 * @param warning the ratio from which an account is told of
 * @param critical the ratio from which it is told of once more; not below the warning
 * @param minimum messages a day below which no ratio is high
 */
public record OrderToTrade(BigDecimal warning, BigDecimal critical, long minimum) {

  /** Decimals of a ratio; half up. */
  static final int SCALE = 2;

  /**
   * @throws IllegalArgumentException when they contradict each other
   */
  public OrderToTrade {
    if (warning.signum() <= 0 || critical.compareTo(warning) < 0 || minimum < 1) {
      throw new IllegalArgumentException(
          "the order-to-trade ratio's warning must be above 0, critical not below it, and the minimum"
              + " at least 1");
    }
  }

  /** Messages by trades; without a trade, by one. */
  public static BigDecimal ratio(long messages, long trades) {
    return BigDecimal.valueOf(messages)
        .divide(BigDecimal.valueOf(Math.max(trades, 1)), SCALE, RoundingMode.HALF_UP);
  }

  /** 0 fine, 1 warning, 2 critical. */
  public int level(long messages, long trades) {
    if (messages < minimum) {
      return 0;
    }
    // Exact, so that 49.996 isn't 50.
    BigDecimal by = BigDecimal.valueOf(Math.max(trades, 1));
    BigDecimal sent = BigDecimal.valueOf(messages);
    if (sent.compareTo(critical.multiply(by)) >= 0) {
      return 2;
    }
    return sent.compareTo(warning.multiply(by)) >= 0 ? 1 : 0;
  }
}
