package io.tola.performance.domain;

import java.math.BigDecimal;
import java.util.Collection;

/**
 * The middle of some rounds and how far they scatter, in milliseconds.
 *
 * @param low the lower quartile: the largest with three quarters of the rounds at or above it
 * @param high the upper one: the smallest with three quarters of the rounds at or below it
 */
public record TrialRounds(double low, double median, double high) {

  /** Of one round at least. */
  public static TrialRounds of(Collection<Double> rounds) {
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int n = sorted.length;
    return new TrialRounds(
        sorted[n / 4],
        n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2,
        sorted[n - 1 - n / 4]);
  }

  /** Three decimals. */
  public static BigDecimal decimal(double value) {
    return BigDecimal.valueOf(Math.round(value * 1_000), 3);
  }
}
