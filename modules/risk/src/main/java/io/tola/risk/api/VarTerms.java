package io.tola.risk.api;

import java.math.BigDecimal;

/**
 * How a value at risk is to be worked out. Null is the default; a setting that the method doesn't use
 * is refused, because whoever sends it believes that it does something.
 *
 * @param method historical by default
 * @param covariance sample by default; parametric and Monte Carlo only
 * @param confidence above 0.5 and at most 0.9999; 0.99 by default
 * @param horizonDays 1 to 250 sessions; 1 by default
 * @param window how many sessions back, 30 to 5,000; 250 by default
 * @param lambda how fast the past is forgotten, 0.5 to 0.9999; 0.94 by default, 0.99 for age_weighted
 * @param scenarios 1,000 to 250,000; 10,000 by default; Monte Carlo only
 * @param degreesOfFreedom of Student's t, 2.1 to 100; 5 by default; monte_carlo_t only
 * @param seed 0 or more; 1 by default; Monte Carlo only
 */
public record VarTerms(
    VarMethod method,
    CovarianceKind covariance,
    BigDecimal confidence,
    Long horizonDays,
    Long window,
    BigDecimal lambda,
    Long scenarios,
    BigDecimal degreesOfFreedom,
    Long seed) {

  /** Everything by default. */
  public static final VarTerms DEFAULTS =
      new VarTerms(null, null, null, null, null, null, null, null, null);
}
