package io.tola.risk.domain.value;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.util.Arrays;

/**
 * Measures a portfolio by any of the methods. Stateless.
 *
 * <p>Parts of a whole. From history: the marginal VaR of an asset is its loss per rupee in the one
 * scenario that VaR is the loss of, which is the exact derivative and as noisy as one session is;
 * component ES averages over the tail and is calmer; standalone and incremental VaR are measured anew.
 * By covariance (also for drawn scenarios, because a sum of jointly normal or t returns is the same
 * distribution scaled): marginal VaR is VaR · (Σv)ᵢ / σ², component ES likewise, standalone and
 * incremental VaR are VaR in proportion to the standard deviations. Jorion, <i>Value at Risk</i>,
 * chapter 7, has the definitions.
 */
public final class PortfolioRisk {

  private PortfolioRisk() {}

  /**
   * @param values rupees by asset, negative when short; in the order of the returns
   * @param returns two sessions at least
   * @param parts whether to say who causes it
   */
  public static Measured measure(
      double[] values, ReturnMatrix returns, Terms terms, boolean parts, Blocks blocks) {
    if (values.length != returns.assets() || returns.sessions() < 2) {
      throw new IllegalArgumentException(
          values.length + " values, " + returns.assets() + " × " + returns.sessions() + " returns");
    }
    double scale = Math.sqrt(terms.horizonDays());
    return terms.method().byCovariance()
        ? byCovariance(values, returns, terms, scale, parts, blocks)
        : byHistory(values, returns, terms, scale, parts);
  }

  // History

  private static Measured byHistory(
      double[] values, ReturnMatrix past, Terms terms, double scale, boolean parts) {
    ReturnMatrix returns =
        terms.method() == VarMethod.FILTERED_HISTORICAL
            ? Weights.filtered(past, terms.lambda())
            : past;
    double[] weights =
        terms.method() == VarMethod.AGE_WEIGHTED
            ? Weights.byAge(returns.sessions(), terms.lambda())
            : null;
    double[] profits = returns.profits(values);
    EmpiricalTail tail = tail(profits, weights, terms.tail());
    return new Measured(
        scale * tail.var(),
        scale * tail.es(),
        Double.NaN,
        Double.NaN,
        -1,
        parts ? historicalParts(values, returns, weights, profits, tail, terms, scale) : null);
  }

  private static EmpiricalTail tail(double[] profits, double[] weights, double tail) {
    return weights == null
        ? EmpiricalTail.of(profits, tail)
        : EmpiricalTail.of(profits, weights, tail);
  }

  private static double var(double[] profits, double[] weights, double tail) {
    return weights == null
        ? EmpiricalTail.var(profits, tail)
        : EmpiricalTail.var(profits, weights, tail);
  }

  private static Measured.Parts historicalParts(
      double[] values,
      ReturnMatrix returns,
      double[] weights,
      double[] profits,
      EmpiricalTail whole,
      Terms terms,
      double scale) {
    int n = values.length;
    double[] standalone = new double[n];
    double[] marginal = new double[n];
    double[] component = new double[n];
    double[] componentEs = new double[n];
    double[] incremental = new double[n];
    double[] shares = tailShares(profits, weights, terms.tail());
    double[] scratch = new double[profits.length];
    for (int i = 0; i < n; i++) {
      double[] row = returns.of(i);
      marginal[i] = -scale * row[whole.scenario()];
      component[i] = values[i] * marginal[i];
      double es = 0;
      for (int t = 0; t < shares.length; t++) {
        if (shares[t] > 0) {
          es -= shares[t] * row[t];
        }
      }
      componentEs[i] = scale * values[i] * es;
      for (int t = 0; t < scratch.length; t++) {
        scratch[t] = values[i] * row[t];
      }
      standalone[i] = scale * var(scratch, weights, terms.tail());
      for (int t = 0; t < scratch.length; t++) {
        scratch[t] = profits[t] - scratch[t];
      }
      incremental[i] =
          n == 1
              ? scale * whole.var()
              : scale * (whole.var() - var(scratch, weights, terms.tail()));
    }
    return new Measured.Parts(standalone, marginal, component, componentEs, incremental);
  }

  /** How much of ES each scenario is; they add up to 1. */
  private static double[] tailShares(double[] profits, double[] weights, double tail) {
    double[] shares = new double[profits.length];
    double left = 1;
    for (int scenario : Selection.ascending(profits)) {
      double weight = (weights == null ? 1.0 / profits.length : weights[scenario]) / tail;
      shares[scenario] = Math.min(weight, left);
      left -= shares[scenario];
      if (left <= 0) {
        break;
      }
    }
    return shares;
  }

  // Covariance

  private static Measured byCovariance(
      double[] values,
      ReturnMatrix returns,
      Terms terms,
      double scale,
      boolean parts,
      Blocks blocks) {
    Covariance covariance =
        terms.covariance() == CovarianceKind.EWMA
            ? Covariance.ewma(returns, terms.lambda())
            : Covariance.sample(returns);
    return byCovariance(values, covariance, terms, scale, parts, blocks);
  }

  /** The same with a covariance that is known. */
  static Measured byCovariance(
      double[] values,
      Covariance covariance,
      Terms terms,
      double scale,
      boolean parts,
      Blocks blocks) {
    double deviation = covariance.deviation(values);
    Covariance.Root root = covariance.root();
    double var;
    double es;
    double varError = Double.NaN;
    double esError = Double.NaN;
    if (terms.method().draws()) {
      double[] profits =
          MonteCarlo.profits(
              root.loadings(values),
              terms.scenarios(),
              terms.method() == VarMethod.MONTE_CARLO_T
                  ? terms.degreesOfFreedom()
                  : Double.POSITIVE_INFINITY,
              terms.seed(),
              blocks);
      Drawn drawn = Drawn.of(profits, terms.tail());
      var = scale * drawn.var();
      es = scale * drawn.es();
      varError = scale * drawn.varError();
      esError = scale * drawn.esError();
    } else {
      KnownTail tail = KnownTail.normal(terms.tail());
      var = scale * tail.var() * deviation;
      es = scale * tail.es() * deviation;
    }
    return new Measured(
        var,
        es,
        varError,
        esError,
        root.rank(),
        parts ? covarianceParts(values, covariance, deviation, var, es) : null);
  }

  private static Measured.Parts covarianceParts(
      double[] values, Covariance covariance, double deviation, double var, double es) {
    int n = values.length;
    double[] standalone = new double[n];
    double[] marginal = new double[n];
    double[] component = new double[n];
    double[] componentEs = new double[n];
    double[] incremental = new double[n];
    if (deviation > 0) {
      double variance = deviation * deviation;
      double[] with = covariance.with(values);
      for (int i = 0; i < n; i++) {
        double own = values[i] * values[i] * covariance.at(i, i);
        marginal[i] = var * with[i] / variance;
        component[i] = values[i] * marginal[i];
        componentEs[i] = es * values[i] * with[i] / variance;
        standalone[i] = var * Math.sqrt(Math.max(0, own)) / deviation;
        // The variance without the position: v'Σv − 2 vᵢ(Σv)ᵢ + vᵢ²Σᵢᵢ.
        double rest = Math.max(0, variance - 2 * values[i] * with[i] + own);
        incremental[i] = n == 1 ? var : var * (1 - Math.sqrt(rest) / deviation);
      }
    }
    return new Measured.Parts(standalone, marginal, component, componentEs, incremental);
  }

  /**
   * VaR and ES of drawn scenarios with their standard errors.
   *
   * <p>VaR: half the way between the order statistics one standard deviation of the binomial count,
   * √(N · tail · (1 − tail)), to either side (Dowd, <i>Measuring Market Risk</i>, on order statistics).
   * ES: √((variance of the losses in the tail + (1 − tail)(ES − VaR)²) / (N · tail)) (Manistre and
   * Hancock, <i>Variance of the CTE estimator</i>, North American Actuarial Journal 9, 2005).
   */
  record Drawn(double var, double es, double varError, double esError) {

    static Drawn of(double[] profits, double tail) {
      EmpiricalTail figures = EmpiricalTail.of(profits, tail);
      int n = profits.length;
      int k = EmpiricalTail.rank(n, tail);
      int step = (int) Math.max(1, Math.round(Math.sqrt(n * tail * (1 - tail))));
      int upper = Math.min(n, k + step);
      int lower = Math.max(1, k - step);
      double[] worst = profits.clone();
      Selection.smallestFirst(worst, upper);
      Arrays.sort(worst, 0, upper);
      double varError = (worst[upper - 1] - worst[lower - 1]) / 2;
      double mean = 0;
      for (int i = 0; i < k; i++) {
        mean -= worst[i];
      }
      mean /= k;
      double squares = 0;
      for (int i = 0; i < k; i++) {
        squares += (-worst[i] - mean) * (-worst[i] - mean);
      }
      double beyond = figures.es() - figures.var();
      double esError =
          Math.sqrt((squares / Math.max(1, k - 1) + (1 - tail) * beyond * beyond) / (n * tail));
      return new Drawn(figures.var(), figures.es(), varError, esError);
    }
  }
}
