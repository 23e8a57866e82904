package io.tola.portfolio.api;

import io.tola.kernel.Symbol;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Splits, bonuses and dividends: recorded once, applied once to each position. Thread-safe.
 *
 * <p>For whoever compares prices over time: {@link #of} has every action of some symbols, {@link
 * PriceFactors} makes of them what a day's prices are multiplied with.
 */
public interface CorporateActions {

  /** The most actions that one answer holds. */
  int MOST = 1_000;

  /**
   * Records an action, with an entry in the audit trail. The same one recorded before is answered
   * again.
   *
   * @param action without id
   * @param actor who does it
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL; CORPORATE_ACTION_CONFLICT when the
   *     symbol has another action of that kind on that date
   */
  CorporateAction record(CorporateAction action, String actor);

  /**
   * Recorded actions, newest ex-date first, at most {@link #MOST}.
   *
   * @param symbol only of this one, or null
   * @param from earliest ex-date, or null
   * @param to latest ex-date, or null
   */
  List<CorporateAction> actions(Symbol symbol, LocalDate from, LocalDate to);

  /**
   * Every recorded action of those symbols, oldest ex-date first; symbols without any are left out.
   * One statement: ask for all symbols at once.
   */
  Map<Symbol, List<CorporateAction>> of(Collection<Symbol> symbols);

  /**
   * Applies an action to every position that was held before its ex-date: shares, lots (their cost
   * stays to the last digit), cash, profit; an entry in the audit trail for each. An account is one
   * transaction. Doing it again concerns only positions it wasn't applied to.
   *
   * @param actor who does it; not who recorded it
   * @return what was done now, and where it couldn't be
   * @throws io.tola.kernel.problem.ProblemException CORPORATE_ACTION_NOT_FOUND;
   *     SECOND_PERSON_REQUIRED for who recorded it; CORPORATE_ACTION_CONFLICT before the ex-date
   */
  Applied apply(UUID actionId, String actor);

  /**
   * What applying came to.
   *
   * @param effects on positions, of this call
   * @param skipped positions that are concerned and were left as they are
   * @param before how many positions it had been applied to before
   */
  record Applied(CorporateAction action, List<Effect> effects, List<Skipped> skipped, int before) {

    /** Copies the lists. */
    public Applied {
      effects = List.copyOf(effects);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * What became of a position.
   *
   * @param cash paid into the account; negative when a short position owed it
   */
  record Effect(
      UUID accountId,
      UUID positionId,
      io.tola.trading.api.Product product,
      long quantityBefore,
      long quantityAfter,
      io.tola.kernel.Money cash) {}

  /** A position that was left as it is, and why. */
  record Skipped(UUID accountId, UUID positionId, Reason reason) {}

  /** Why a position is left as it is. */
  enum Reason {
    /** Working orders are for shares as they were: cancel them, apply again. */
    WORKING_ORDERS,
    /** Shares were closed since the ex-date: nobody can tell which. */
    CLOSED_SINCE,
    /** Shares came in since the ex-date, and a split of a later one was applied: the same. */
    SPLIT_SINCE,
    /** So few shares that none would be left, or a short position with a fraction. */
    FRACTION,
    /** A short position owes more than the account has. */
    CASH
  }
}
