package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.time.LocalDate;

/**
 * Profit and loss of accounts: by both methods, by day, net of charges. Thread-safe.
 *
 * <p>Answers hold every trade that was acknowledged before they were asked for. What they say of the
 * market may be {@link #SECONDS_KEPT} seconds old.
 */
public interface Pnl {

  /** How long an answer may be given again while the account did nothing. */
  int SECONDS_KEPT = 10;

  /** Positions that a report names. */
  int LARGEST = 10;

  /**
   * The account's report.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND, DATABASE_UNAVAILABLE
   */
  PnlReport report(AccountId account);

  /**
   * Days of the account.
   *
   * @param from first day, or null for the account's first
   * @param to last day, or null for today
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND, DATABASE_UNAVAILABLE
   */
  PnlSeries days(AccountId account, LocalDate from, LocalDate to);
}
