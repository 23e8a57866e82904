package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.util.List;

/** Limits and the kill switch. Thread-safe; changes hold on every node from the next batch on. */
public interface RiskDesk {

  /** The account's limits; the platform's defaults where nothing was set for it. */
  AccountLimits limits(AccountId accountId);

  /** The limits of accounts that have none of their own; their account is null. */
  AccountLimits defaultLimits();

  /**
   * Replaces the account's limits, or the defaults, with an audit entry of before and after in the same transaction.
   *
   * @param limits the new limits; its version must be the current one
   * @param actor the person
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND, LIMITS_INVALID,
   *     TRADING_STATE_CONFLICT when the version is not current, LIMIT_RAISE_UNAPPROVED when any of
   *     them lets more through than the one that holds
   */
  AccountLimits changeLimits(AccountLimits limits, String actor);

  /**
   * Does the same for limits that may let more through, because two people want it.
   *
   * @param requestedBy the person who asked
   * @param approvedBy the other person who agreed
   * @throws io.tola.kernel.problem.ProblemException as {@link #changeLimits}, and
   *     SECOND_PERSON_NEEDED when both are the same
   */
  AccountLimits raiseLimits(AccountLimits limits, String requestedBy, String approvedBy);

  /** The platform's state first, then every account's that is not NORMAL. */
  List<TradingState> tradingStates();

  /**
   * Uses the kill switch: halt, reduce, or resume. Audited; sends an alert to {@code
   * tola.risk.alerts}. That only a person with role risk resumes is checked at the door and again
   * here.
   *
   * @param accountId the account, or null for the platform
   * @param mode what is let through from now on
   * @param reason 1 to 500 characters
   * @param actor who
   * @param actorHasRiskRole whether that person holds role risk
   * @throws io.tola.kernel.problem.ProblemException FORBIDDEN, ACCOUNT_NOT_FOUND
   */
  TradingState setTradingState(
      AccountId accountId,
      TradingState.Mode mode,
      String reason,
      String actor,
      boolean actorHasRiskRole);
}
