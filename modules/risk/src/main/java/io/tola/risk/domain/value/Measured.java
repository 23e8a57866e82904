package io.tola.risk.domain.value;

/**
 * What a portfolio may lose, and by which position. Rupees, positive for a loss; arrays are by asset.
 *
 * @param varError standard error of VaR because scenarios were drawn; NaN where none were
 * @param esError the same of ES
 * @param rank independent sources of risk in the covariance; -1 where none was used
 * @param parts null when only the whole was asked for
 */
public record Measured(
    double var, double es, double varError, double esError, int rank, Parts parts) {

  /**
   * Who causes it.
   *
   * @param standalone VaR of the position alone
   * @param marginal by how much VaR rises with one more rupee of the asset (its derivative)
   * @param component value times marginal; they add up to VaR (Euler)
   * @param componentEs each position's part of ES; they add up to it
   * @param incremental VaR less the VaR without the position
   */
  public record Parts(
      double[] standalone,
      double[] marginal,
      double[] component,
      double[] componentEs,
      double[] incremental) {}
}
