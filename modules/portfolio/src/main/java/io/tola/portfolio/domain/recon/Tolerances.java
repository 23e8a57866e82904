package io.tola.portfolio.domain.recon;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * How much two figures may differ and still be the same.
 *
 * @param shares a difference of quantities up to this is none
 * @param pricePct a difference of prices up to this, in per cent of the books' price, is none
 * @param fees rupees, of one trade
 * @param clocks how far the two sides' clocks may be apart for the same trade
 * @param inFlight a trade younger than this at the statement's moment may be missing on one side
 * @param settlement how long before the statement's moment a trade may be on its way into holdings
 */
public record Tolerances(
    long shares,
    BigDecimal pricePct,
    BigDecimal fees,
    Duration clocks,
    Duration inFlight,
    Duration settlement) {

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  /** Exact quantities, a hundredth of a per cent, a rupee, two minutes, five minutes, a day. */
  public static Tolerances usual() {
    return new Tolerances(
        0,
        new BigDecimal("0.01"),
        BigDecimal.ONE,
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofDays(1));
  }

  boolean sameShares(long ours, long theirs) {
    return Math.abs(ours - theirs) <= shares;
  }

  boolean samePrice(BigDecimal ours, BigDecimal theirs) {
    return theirs.subtract(ours).abs().multiply(HUNDRED).compareTo(ours.abs().multiply(pricePct))
        <= 0;
  }

  boolean sameFees(BigDecimal ours, BigDecimal theirs) {
    return theirs.subtract(ours).abs().compareTo(fees) <= 0;
  }
}
