package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.util.List;

/**
 * What portfolios may lose, how well that was foretold, and what a shock would do. Reads only: no
 * account, limit or order is touched. Thread-safe.
 */
public interface RiskAnalysis {

  /**
   * Value at risk and expected shortfall, from stored daily bars.
   *
   * @throws io.tola.kernel.problem.ProblemException RISK_INPUT naming every field that is out of range, or
   *     the symbol whose bars are missing or too few; UNKNOWN_SYMBOL; ACCOUNT_NOT_FOUND;
   *     DATABASE_UNAVAILABLE; UNAVAILABLE when too many Monte Carlo simulations are being worked on
   */
  VarReport valueAtRisk(Subject subject, VarTerms terms);

  /**
   * How the method would have done: the positions as they are now, held unchanged through the stored
   * past, each day against the VaR forecast from the sessions before it.
   *
   * @param terms horizon 1; without a window it is 250 sessions, or as many as are left
   * @param days how many to foretell, 30 to 1,000; null: 250, or as many as are left
   * @throws io.tola.kernel.problem.ProblemException as for a value at risk; RISK_INPUT for a portfolio
   *     without positions, and naming {@code days}, {@code scenarios} or {@code window} when all together
   *     are more work than one request may be; UNAVAILABLE while others' backtests are being worked on
   */
  VarBacktest backtest(Subject subject, VarTerms terms, Long days);

  /**
   * How the daily job did: the forecasts that were made for the account each evening, and what came of
   * them.
   *
   * @param days the last so many, 1 to 1,000; null: 250
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND; RISK_INPUT while none was judged
   */
  VarBacktest recorded(AccountId account, Long days);

  /**
   * What shocks would do to the positions as they are now.
   *
   * @param scenarios 20 at most; empty: {@link StressScenario#USUAL}
   * @throws io.tola.kernel.problem.ProblemException as for a value at risk; UNAVAILABLE while too many
   *     others' stress tests are being worked on
   */
  StressReport stress(Subject subject, List<StressScenario> scenarios);
}
