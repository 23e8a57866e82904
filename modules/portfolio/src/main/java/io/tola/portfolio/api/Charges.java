package io.tola.portfolio.api;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Fees and taxes of trades, in rupees, zero or more, exact: rates have more decimals than money, so
 * nothing is rounded before {@link #rounded}.
 *
 * @param brokerage what the broker takes
 * @param stt securities transaction tax
 * @param exchangeFee the exchange's transaction charge
 * @param ipft the exchange's investor protection fund trust
 * @param sebiFee SEBI's turnover fee
 * @param stampDuty the buyer's
 * @param gst on brokerage, exchange fee and SEBI fee
 */
public record Charges(
    BigDecimal brokerage,
    BigDecimal stt,
    BigDecimal exchangeFee,
    BigDecimal ipft,
    BigDecimal sebiFee,
    BigDecimal stampDuty,
    BigDecimal gst) {

  /** No charges at all. */
  public static final Charges NONE =
      new Charges(
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO);

  private static final int DECIMALS = 4;

  /** The sum of all components. */
  public BigDecimal total() {
    return brokerage.add(stt).add(exchangeFee).add(ipft).add(sebiFee).add(stampDuty).add(gst);
  }

  public Charges plus(Charges other) {
    return new Charges(
        brokerage.add(other.brokerage),
        stt.add(other.stt),
        exchangeFee.add(other.exchangeFee),
        ipft.add(other.ipft),
        sebiFee.add(other.sebiFee),
        stampDuty.add(other.stampDuty),
        gst.add(other.gst));
  }

  /** Each component to four decimals, half up; the total is of what is shown. */
  public Charges rounded() {
    return new Charges(
        round(brokerage),
        round(stt),
        round(exchangeFee),
        round(ipft),
        round(sebiFee),
        round(stampDuty),
        round(gst));
  }

  private static BigDecimal round(BigDecimal amount) {
    return amount.setScale(DECIMALS, RoundingMode.HALF_UP);
  }
}
