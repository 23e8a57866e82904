package io.tola.risk.domain.backtest;

import io.tola.risk.domain.value.Blocks;
import io.tola.risk.domain.value.Measured;
import io.tola.risk.domain.value.PortfolioRisk;
import io.tola.risk.domain.value.ReturnMatrix;
import io.tola.risk.domain.value.Terms;

/**
 * What a portfolio that is held unchanged would have made each day, against the VaR that was known the
 * evening before: each day's forecast goes by the sessions before it and no other. Arrays are by day,
 * oldest first; not to be written to.
 *
 * @param profits rupees
 * @param vars rupees, positive for a loss
 * @param shortfalls the same of ES
 */
public record RollingForecasts(double[] profits, double[] vars, double[] shortfalls) {

  /**
   * Forecasts the last days of the past.
   *
   * @param values rupees by asset, the same on every day
   * @param returns at least {@code window + days} sessions
   * @param terms for one session
   * @param window sessions each forecast goes by; two at least
   */
  public static RollingForecasts of(
      double[] values, ReturnMatrix returns, Terms terms, int window, int days, Blocks blocks) {
    int sessions = returns.sessions();
    if (sessions < window + days || terms.horizonDays() != 1) {
      throw new IllegalArgumentException(sessions + " sessions for " + window + " + " + days);
    }
    double[] all = returns.profits(values);
    double[] profits = new double[days];
    double[] vars = new double[days];
    double[] shortfalls = new double[days];
    for (int d = 0; d < days; d++) {
      int session = sessions - days + d;
      Measured measured =
          PortfolioRisk.measure(
              values, returns.slice(session - window, session), terms, false, blocks);
      profits[d] = all[session];
      vars[d] = measured.var();
      shortfalls[d] = measured.es();
    }
    return new RollingForecasts(profits, vars, shortfalls);
  }

  /** Which days lost more than their VaR. */
  public boolean[] exceeded() {
    boolean[] exceeded = new boolean[profits.length];
    for (int d = 0; d < exceeded.length; d++) {
      exceeded[d] = -profits[d] > vars[d];
    }
    return exceeded;
  }
}
