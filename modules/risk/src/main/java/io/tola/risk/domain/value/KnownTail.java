package io.tola.risk.domain.value;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * VaR and ES of a distribution with standard deviation 1 and mean 0, to be multiplied by a portfolio's
 * own: McNeil, Frey and Embrechts, <i>Quantitative Risk Management</i>, examples 2.11 and 2.14 (second
 * edition; 2.14 and 2.18 in the first).
 *
 * @param var how many standard deviations
 * @param es how many standard deviations; above {@code var}
 */
public record KnownTail(double var, double es) {

  private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

  /**
   * Normal: VaR is the quantile z, ES φ(z) / tail.
   *
   * @param tail above 0 and below 1
   */
  public static KnownTail normal(double tail) {
    double z = STANDARD.inverseSurvivalProbability(tail);
    return new KnownTail(z, STANDARD.density(z) / tail);
  }

  /**
   * Student's t, scaled to a standard deviation of 1: VaR is √((ν − 2) / ν) times the quantile q, ES as
   * much times f(q) / tail · (ν + q²) / (ν − 1).
   *
   * @param degreesOfFreedom above 2
   */
  public static KnownTail student(double tail, double degreesOfFreedom) {
    TDistribution t = TDistribution.of(degreesOfFreedom);
    double q = t.inverseSurvivalProbability(tail);
    double scale = Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom);
    double es = t.density(q) / tail * (degreesOfFreedom + q * q) / (degreesOfFreedom - 1);
    return new KnownTail(scale * q, scale * es);
  }
}
