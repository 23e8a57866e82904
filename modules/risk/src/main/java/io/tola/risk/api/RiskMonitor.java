package io.tola.risk.api;

import io.tola.kernel.AccountId;

/** What accounts have at risk now. Reads only; thread-safe. */
public interface RiskMonitor {

  /**
   * The account's figures.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND, DATABASE_UNAVAILABLE
   */
  RiskMetrics metrics(AccountId account);
}
