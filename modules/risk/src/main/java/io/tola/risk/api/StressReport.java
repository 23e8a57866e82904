package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * What shocks would do. Rupees to the paisa, gains positive.
 *
 * @param equity cash and positions of the accounts together; null for a hypothetical portfolio
 * @param outcomes in the order asked for; one for each of the worst days
 * @param history what the days were looked for in; nothing when none were
 */
public record StressReport(
    Instant asOf,
    List<AccountId> accounts,
    Money grossValue,
    Money netValue,
    Money equity,
    List<Outcome> outcomes,
    History history,
    List<String> notes) {

  public StressReport {
    accounts = List.copyOf(accounts);
    outcomes = List.copyOf(outcomes);
    notes = List.copyOf(notes);
  }

  /** The spelling in the contract. */
  public enum Kind {
    MARKET_CRASH,
    SECTORS,
    REPLAY,
    WORST_DAYS,
    CUSTOM
  }

  /**
   * One shock.
   *
   * @param session the day that was replayed; null otherwise
   * @param volumeFactor of a market crash; null otherwise
   * @param profitPct of the gross value, four decimals; null without positions
   * @param equityAfter null for a hypothetical portfolio
   * @param drawdownPct from the best the accounts ever had, as guards measure it: what is lost since, the
   *     shock included, by the equity there would be had they kept that profit; 0 to 100, four decimals;
   *     null for a hypothetical portfolio
   */
  public record Outcome(
      Kind kind,
      LocalDate session,
      BigDecimal volumeFactor,
      Money profit,
      BigDecimal profitPct,
      Money equityAfter,
      BigDecimal drawdownPct,
      List<Position> positions,
      List<Trip> trips) {
    public Outcome {
      positions = List.copyOf(positions);
      trips = List.copyOf(trips);
    }
  }

  /**
   * One symbol.
   *
   * @param changePct of its price, four decimals
   * @param daysToSell at a tenth of the average volume of 20 sessions, times the volume factor; two
   *     decimals; null without volumes
   */
  public record Position(
      Symbol symbol, BigDecimal changePct, Money profit, Money valueAfter, BigDecimal daysToSell) {}

  /** What would stop something. */
  public enum Stop {
    /** A position is worth more than the account's limit: it can only be made smaller. */
    MAX_POSITION_VALUE,
    /** The price leaves the exchange's band: orders beyond it are refused. */
    PRICE_BAND,
    /** The index falls so far that exchanges halt the market. */
    MARKET_WIDE_HALT,
    /** Losses are larger than an account's cash and positions. */
    EQUITY_EXHAUSTED,
    /** The guard of an account's drawdown. */
    DRAWDOWN,
    /** The guard of a symbol's opening gap. */
    GAP,
    /** The guard of the whole market's move. */
    MARKET_MOVE
  }

  /**
   * A limit or guard that the shock would trip.
   *
   * @param account null when it is about a symbol, the market or a hypothetical portfolio
   * @param symbol null when it is about the whole
   * @param product of the position that the limit is about; null otherwise
   * @param limit in rupees or per cent
   * @param value what the shock makes of it, in the same unit
   * @param level of a guard, which is normal before the shock; null for what is no guard
   * @param action what the guard is set to do at that level; null for what is no guard
   */
  public record Trip(
      Stop stop,
      AccountId account,
      Symbol symbol,
      Product product,
      BigDecimal limit,
      BigDecimal value,
      GuardLevel level,
      GuardAction action) {}
}
