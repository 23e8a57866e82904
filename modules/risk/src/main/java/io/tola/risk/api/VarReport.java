package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * What a portfolio may lose. Rupees to the paisa, half even; VaR and ES are positive for a loss, and
 * negative where even the tail gains.
 *
 * @param accounts whose positions they are; empty for a hypothetical portfolio
 * @param terms as they were used: defaults filled in, and null what the method doesn't use
 * @param grossValue all positions without their signs
 * @param netValue with them
 * @param var at the confidence and over the horizon
 * @param es the average loss of the tail beyond
 * @param varPct of the gross value, four decimals; null without positions
 * @param varStandardError because scenarios were drawn; null where none were
 * @param covarianceRank independent sources of risk; below the number of positions the covariance is
 *     singular; null where none was used
 * @param positions by symbol
 * @param notes what a reader should know, in sentences
 */
public record VarReport(
    Instant asOf,
    List<AccountId> accounts,
    VarTerms terms,
    Money grossValue,
    Money netValue,
    Money var,
    Money es,
    BigDecimal varPct,
    Money varStandardError,
    Money esStandardError,
    Integer covarianceRank,
    List<Position> positions,
    History history,
    List<String> notes) {

  public VarReport {
    accounts = List.copyOf(accounts);
    positions = List.copyOf(positions);
    notes = List.copyOf(notes);
  }

  /** Where a price comes from. */
  public enum PriceSource {
    /** The request. */
    GIVEN,
    /** The market's last price. */
    QUOTE,
    /** The last stored daily close. */
    CLOSE
  }

  /**
   * One symbol's part.
   *
   * @param standaloneVar of the position alone
   * @param marginalVar by how much VaR rises with one more rupee of the symbol; eight decimals
   * @param componentVar value times marginal; components add up to VaR but for rounding
   * @param componentEs part of ES
   * @param incrementalVar VaR less the VaR without the position
   */
  public record Position(
      Symbol symbol,
      long quantity,
      Price price,
      PriceSource priceSource,
      Money value,
      Money standaloneVar,
      BigDecimal marginalVar,
      Money componentVar,
      Money componentEs,
      Money incrementalVar) {}
}
