package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * What the guards see.
 *
 * @param watching whether some node looks now
 * @param node the one that looks
 * @param accounts drawdowns, of every account asked for that has traded, the deepest first; 500 at most
 * @param guards those of the market, and those of symbols that aren't normal or have acted
 */
public record GuardStatus(
    boolean watching,
    String node,
    List<Drawdown> accounts,
    List<GuardView> guards,
    Instant timestamp) {

  /**
   * An account's drawdown.
   *
   * @param equity cash and shares at market, rupees
   * @param peakEquity what it would be had the account kept its best profit, rupees
   * @param peakAt when that was
   * @param measuredAt when this was measured
   */
  public record Drawdown(
      AccountId accountId,
      BigDecimal equity,
      BigDecimal peakEquity,
      Instant peakAt,
      Instant measuredAt,
      GuardView guard) {}
}
