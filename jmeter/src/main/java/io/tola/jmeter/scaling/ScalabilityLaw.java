package io.tola.jmeter.scaling;

/**
 * The Universal Scalability Law (N. J. Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4): {@code X(N) = λN / (1 + σ(N−1) +
 * κN(N−1))}.
 *
 * @param lambda throughput of one, above 0
 * @param sigma contention: the part of the work that only one at a time can do; 0 or more
 * @param kappa coherency: what each pair costs to keep in agreement; 0 or more
 */
public record ScalabilityLaw(double lambda, double sigma, double kappa) {

  /** Below this part of what the first one brings, another one doesn't pay. */
  public static final double WORTH = 0.1;

  private static final int MOST = 100_000;

  /** Throughput of {@code n}. */
  public double throughput(double n) {
    return lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
  }

  /** Where throughput is highest: √((1−σ)/κ); infinite without coherency cost, 1 when even the second harms. */
  public double peak() {
    if (sigma >= 1) {
      return 1;
    }
    return kappa > 0 ? Math.max(1, Math.sqrt((1 - sigma) / kappa)) : Double.POSITIVE_INFINITY;
  }

  /**
   * The last whole N that brings at least {@link #WORTH} of what the first brought over N−1; {@link Integer#MAX_VALUE} when each does as
   * far as anybody goes.
   */
  public int paysUntil() {
    double first = throughput(1);
    for (int n = 2; n <= MOST; n++) {
      if (throughput(n) - throughput(n - 1) < WORTH * first) {
        return n - 1;
      }
    }
    return Integer.MAX_VALUE;
  }
}
