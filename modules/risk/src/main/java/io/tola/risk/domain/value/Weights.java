package io.tola.risk.domain.value;

/** Weights and variances that forget: what was long ago counts less. */
public final class Weights {

  /** Of the window's mean square, below which no day's forecast variance is taken to be. */
  static final double FLOOR = 0.1;

  private Weights() {}

  /**
   * Boudoukh, Richardson and Whitelaw (<i>The best of both worlds</i>, Risk, May 1998): the newest of
   * n scenarios has weight (1 − λ) / (1 − λⁿ), each older one λ times the next newer. They add up to 1.
   *
   * @param lambda above 0 and below 1
   * @return oldest first
   */
  public static double[] byAge(int scenarios, double lambda) {
    double[] weights = new double[scenarios];
    double weight = (1 - lambda) / (1 - Math.pow(lambda, scenarios));
    for (int i = scenarios - 1; i >= 0; i--) {
      weights[i] = weight;
      weight *= lambda;
    }
    return weights;
  }

  /**
   * Variances of one asset as they were forecast before each session, and for the session after the
   * last, by the exponentially weighted moving average of RiskMetrics (1996): σ² = λσ² of the day
   * before + (1 − λ)r² of the day before; mean zero. The first forecast is the mean square of all
   * returns, because there is nothing before it.
   *
   * @return one more than there are returns; the last is the forecast for what comes next
   */
  public static double[] forecastVariances(double[] returns, double lambda) {
    double[] variances = new double[returns.length + 1];
    double squares = 0;
    for (double r : returns) {
      squares += r * r;
    }
    variances[0] = returns.length == 0 ? 0 : squares / returns.length;
    for (int t = 0; t < returns.length; t++) {
      variances[t + 1] = lambda * variances[t] + (1 - lambda) * returns[t] * returns[t];
    }
    return variances;
  }

  /**
   * Filtered historical simulation: each return as large as it would be at the volatility forecast for
   * tomorrow, r · σ(tomorrow) / σ(its day), asset by asset (Hull and White, <i>Incorporating volatility
   * updating into the historical simulation method</i>, Journal of Risk 1, 1998), with the EWMA
   * volatility of {@link #forecastVariances}; no GARCH model is fitted and nothing is drawn anew.
   *
   * <p>After a long calm σ(its day) is next to nothing, and the return that ends the calm would become
   * one that no share can have. So σ²(its day) is taken to be at least {@value #FLOOR} of the window's
   * mean square, and no return is less than −1: nobody loses more than the price.
   */
  public static ReturnMatrix filtered(ReturnMatrix returns, double lambda) {
    double[][] scaled = new double[returns.assets()][];
    for (int i = 0; i < scaled.length; i++) {
      double[] row = returns.of(i);
      double[] variances = forecastVariances(row, lambda);
      double next = variances[row.length];
      double floor = FLOOR * variances[0];
      double[] out = new double[row.length];
      for (int t = 0; t < row.length; t++) {
        double then = Math.max(floor, variances[t]);
        // Without any variance all returns are zero, and stay so.
        out[t] = then > 0 ? Math.max(-1, row[t] * Math.sqrt(next / then)) : row[t];
      }
      scaled[i] = out;
    }
    return ReturnMatrix.of(scaled);
  }
}
