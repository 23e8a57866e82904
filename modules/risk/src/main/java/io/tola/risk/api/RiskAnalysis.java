package io.tola.risk.api;

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
   *     DATABASE_UNAVAILABLE
   */
  VarReport valueAtRisk(Subject subject, VarTerms terms);
}
