package io.tola.risk.application.analysis;

import io.tola.kernel.problem.ProblemException;
import io.tola.risk.domain.value.Terms;

/**
 * How much work one backtest may be. Days, window, scenarios and positions each have a range of their
 * own, and at the ends of all of them one request would take minutes.
 *
 * <p>Work is counted in nanoseconds of one processor, roughly: what a measurement took on a machine of
 * 2020, to be right within a factor of two or three and not to be a promise.
 */
final class WorkBudget {

  /** Five seconds of one processor. */
  static final double MOST = 5e9;

  private static final double DRAWN = 4;
  private static final double SORTED = 100;
  private static final double FILTERED = 12;
  private static final double MULTIPLIED = 0.5;
  private static final double RETURN = 1;

  private WorkBudget() {}

  /** One measurement without parts. */
  static double nanos(Terms terms, int positions, int window) {
    double n = positions;
    double returns = n * window;
    return switch (terms.method()) {
      case HISTORICAL -> RETURN * (2 * returns + 10.0 * window);
      case AGE_WEIGHTED -> RETURN * 2 * returns + SORTED * window;
      case FILTERED_HISTORICAL -> FILTERED * returns;
      case PARAMETRIC -> covariance(n, window);
      case MONTE_CARLO, MONTE_CARLO_T ->
          covariance(n, window) + DRAWN * terms.scenarios() * (n + 10);
    };
  }

  /** The matrix and its root. A singular one has its eigenvalues worked out, which is ten times as much. */
  private static double covariance(double n, int window) {
    return MULTIPLIED * n * n * window + n * n * n * (n >= window ? 10 : 1);
  }

  /**
   * @throws ProblemException RISK_INPUT naming what to ask less of
   */
  static void require(Terms terms, int positions, int window, long days) {
    double one = nanos(terms, positions, window);
    if (one * days <= MOST) {
      return;
    }
    long fewer = (long) (MOST / one);
    if (fewer >= BacktestStudy.FEWEST_DAYS) {
      throw TermsForm.refused(
          "days",
          "must be at most "
              + fewer
              + " with "
              + positions
              + " positions, a window of "
              + window
              + (terms.method().draws() ? " and " + terms.scenarios() + " scenarios" : "")
              + ": more is too much work for one request");
    }
    throw TermsForm.refused(
        terms.method().draws() ? "scenarios" : "window",
        "is too much work for one request with "
            + positions
            + " positions, though only "
            + BacktestStudy.FEWEST_DAYS
            + " days are foretold");
  }
}
