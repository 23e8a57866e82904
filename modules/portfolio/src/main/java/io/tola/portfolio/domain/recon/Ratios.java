package io.tola.portfolio.domain.recon;

import java.math.BigDecimal;

/**
 * Tells a split or bonus from a plain difference of quantities.
 *
 * <p>Convention: one side holds n/m of the other's shares, in lowest terms n and m from 1 to 20 and not
 * both 1 (a split of 10 into 1 is 10/1, a bonus of 1 for 2 is 3/2), and both have paid the same within
 * {@code COST_PCT}: a corporate action changes the number of shares and not what they cost.
 */
final class Ratios {

  private static final long MOST = 20;

  /** An average cost rounded to paise, times the shares, is off by that little. */
  private static final BigDecimal COST_PCT = new BigDecimal("0.1");

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  private Ratios() {}

  static boolean isSimple(long ours, long theirs) {
    if (ours <= 0 || theirs <= 0 || ours == theirs) {
      return false;
    }
    long divisor = greatestDivisor(ours, theirs);
    return ours / divisor <= MOST && theirs / divisor <= MOST;
  }

  static boolean isSameCost(BigDecimal ours, BigDecimal theirs) {
    return theirs.subtract(ours).abs().multiply(HUNDRED).compareTo(ours.abs().multiply(COST_PCT))
        <= 0;
  }

  private static long greatestDivisor(long a, long b) {
    return b == 0 ? a : greatestDivisor(b, a % b);
  }
}
