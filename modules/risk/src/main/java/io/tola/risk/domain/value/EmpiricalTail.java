package io.tola.risk.domain.value;

import java.util.Arrays;

/**
 * Value at risk and expected shortfall of profits and losses that were seen or simulated.
 *
 * <p>Conventions. Profits are put in order from the worst. <b>VaR</b> is the loss at which the
 * cumulated weight first reaches the tail; with equal weights that is the k-th worst, k the tail times
 * the number of scenarios, rounded up. Nothing is interpolated: the figure is a loss that one scenario
 * really had, the larger one where two might be meant (Hull, <i>Options, Futures, and Other
 * Derivatives</i>, chapter on value at risk: 500 scenarios, 99 %, the fifth worst). <b>ES</b> is the
 * average over exactly the tail's weight, with the part of the VaR's own scenario that fills it up
 * (Acerbi and Tasche, <i>On the coherence of expected shortfall</i>, 2002, definition 2.6). So ES is
 * subadditive, and never smaller than VaR.
 *
 * @param var rupees, positive for a loss
 * @param es rupees, positive for a loss; at least {@code var}
 * @param scenario the place of the scenario that VaR is the loss of; the first of equal ones
 */
public record EmpiricalTail(double var, double es, int scenario) {

  /** Below this a sum of weights that should reach the tail is taken to have reached it. */
  private static final double ROUNDING = 1e-9;

  /**
   * Every scenario with the same weight.
   *
   * @param profits at least one
   * @param tail above 0 and below 1: 0.01 for a confidence of 99 %
   */
  public static EmpiricalTail of(double[] profits, double tail) {
    double weight = tail * profits.length;
    int k = rank(profits.length, tail);
    double[] worst = profits.clone();
    Selection.smallestFirst(worst, k);
    // In order, so that the sum doesn't depend on how they were found.
    Arrays.sort(worst, 0, k);
    double sum = 0;
    for (int i = 0; i < k - 1; i++) {
      sum += worst[i];
    }
    double at = worst[k - 1];
    double es = weight <= k - 1 ? sum / (k - 1) : (sum + (weight - (k - 1)) * at) / weight;
    return new EmpiricalTail(-at, atLeast(-es, -at), place(profits, at));
  }

  /** Only the VaR of {@link #of}: what a portfolio is compared with. */
  static double var(double[] profits, double tail) {
    return -Selection.smallest(profits, rank(profits.length, tail));
  }

  /** The same with weights. */
  static double var(double[] profits, double[] weights, double tail) {
    return -Selection.smallest(profits, weights, tail - ROUNDING);
  }

  /** Which of the worst, counted from 1, VaR is the loss of. */
  static int rank(int scenarios, double tail) {
    return (int) Math.max(1, Math.min(scenarios, Math.ceil(tail * scenarios - ROUNDING)));
  }

  /**
   * Every scenario with a weight of its own.
   *
   * @param profits at least one
   * @param weights of the same length, positive; they add up to 1
   * @param tail above 0 and below 1
   */
  public static EmpiricalTail of(double[] profits, double[] weights, double tail) {
    int[] order = Selection.ascending(profits);
    double reached = 0;
    double sum = 0;
    int last = order.length - 1;
    for (int i = 0; i < last; i++) {
      double weight = weights[order[i]];
      if (reached + weight >= tail - ROUNDING) {
        last = i;
      } else {
        reached += weight;
        sum += weight * profits[order[i]];
      }
    }
    double at = profits[order[last]];
    double es = (sum + Math.max(0, tail - reached) * at) / Math.max(tail, reached);
    return new EmpiricalTail(-at, atLeast(-es, -at), order[last]);
  }

  /** An average of numbers can be a last digit beyond all of them. */
  private static double atLeast(double es, double var) {
    return Math.max(es, var);
  }

  private static int place(double[] profits, double value) {
    int place = 0;
    while (profits[place] != value) {
      place++;
    }
    return place;
  }
}
