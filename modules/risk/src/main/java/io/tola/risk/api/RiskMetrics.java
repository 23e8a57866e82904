package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * What an account has at risk at one moment. Positions are valued at the last price, at cost where
 * there is no quote; long and short positions of one symbol are set off, whatever their product.
 *
 * @param equity cash and market value
 * @param grossExposure all symbols' values without their signs
 * @param netExposure with them
 * @param longExposure of the long ones
 * @param shortExposure of the short ones, without the sign
 * @param leverage gross exposure by equity, four decimals half up; null without positive equity
 * @param concentration how the gross exposure is spread; null without positions
 * @param drawdown how far equity, net of charges, is below its highest day; null before there was one
 * @param valueAtRisk over one session, by {@link RiskAnalysis}'s defaults
 * @param positionsWithoutQuote valued at cost
 * @param limitUse for every limit that is set
 */
public record RiskMetrics(
    AccountId accountId,
    Instant asOf,
    Money equity,
    Money grossExposure,
    Money netExposure,
    Money longExposure,
    Money shortExposure,
    BigDecimal leverage,
    Concentration concentration,
    Drawdown drawdown,
    ValueAtRisk valueAtRisk,
    int positions,
    int positionsWithoutQuote,
    List<LimitUse> limitUse) {

  public RiskMetrics {
    limitUse = List.copyOf(limitUse);
  }

  /**
   * How much hangs on few symbols.
   *
   * @param largestSymbol the symbol with the largest value, long or short
   * @param largestShare its share of the gross exposure, 0 to 1; six decimals half up
   * @param herfindahl sum of the squared shares: 1 for one symbol, 1/n for n equal ones; six
   *     decimals half up
   * @param effectiveSymbols one by that: as many equal symbols would be as concentrated; two decimals
   */
  public record Concentration(
      String largestSymbol,
      BigDecimal largestShare,
      BigDecimal herfindahl,
      BigDecimal effectiveSymbols) {}

  /**
   * How far below its peak an account's equity is, by days in India, money paid in or out left aside.
   *
   * @param now 0 to 1
   * @param peakDay the highest day
   * @param deepest of any day, 0 to 1
   */
  public record Drawdown(BigDecimal now, LocalDate peakDay, BigDecimal deepest) {}

  /**
   * What the account may lose in a session; positive for a loss.
   *
   * @param var at the confidence; null when it can't be worked out
   * @param es the average loss of the tail beyond; null as var
   * @param method how, as {@link VarMethod#code} spells it; null as var
   * @param confidence 0 to 1; null as var
   * @param notMeasured why there are no figures; null when there are
   */
  public record ValueAtRisk(
      Money var, Money es, String method, BigDecimal confidence, String notMeasured) {}

  /**
   * How much of a limit is used.
   *
   * @param limit its name in {@code /risk/limits}, or {@code cash}
   * @param symbol where it is used most, for limits by symbol; null otherwise
   * @param used shares or rupees
   * @param maximum the limit
   * @param usedPct used by maximum, in per cent; two decimals half up; above 100 when the market or a
   *     later limit took it there; null when the maximum is 0
   */
  public record LimitUse(
      String limit, String symbol, BigDecimal used, BigDecimal maximum, BigDecimal usedPct) {}
}
