package io.tola.risk.domain.value;

import java.util.Arrays;

/**
 * Simple returns (price by price before, less 1) of several assets over the same sessions, oldest
 * first. Immutable; nothing in it is NaN or infinite.
 */
public final class ReturnMatrix {

  private final double[][] byAsset;
  private final int sessions;

  private ReturnMatrix(double[][] byAsset, int sessions) {
    this.byAsset = byAsset;
    this.sessions = sessions;
  }

  /**
   * Takes the arrays as they are; the caller gives them away.
   *
   * @param byAsset a row for each asset, all of the same length
   * @throws IllegalArgumentException when rows differ in length or hold no finite number
   */
  public static ReturnMatrix of(double[][] byAsset) {
    int sessions = byAsset.length == 0 ? 0 : byAsset[0].length;
    for (double[] row : byAsset) {
      if (row.length != sessions) {
        throw new IllegalArgumentException("returns of different lengths");
      }
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("a return that is no number");
        }
      }
    }
    return new ReturnMatrix(byAsset, sessions);
  }

  public int assets() {
    return byAsset.length;
  }

  public int sessions() {
    return sessions;
  }

  /** The returns of one asset; not to be written to. */
  double[] of(int asset) {
    return byAsset[asset];
  }

  public double at(int asset, int session) {
    return byAsset[asset][session];
  }

  /** The sessions from {@code from} (inclusive) to {@code to} (exclusive). */
  public ReturnMatrix slice(int from, int to) {
    double[][] part = new double[byAsset.length][];
    for (int i = 0; i < part.length; i++) {
      part[i] = Arrays.copyOfRange(byAsset[i], from, to);
    }
    return new ReturnMatrix(part, to - from);
  }

  /**
   * Profit and loss of each session for someone who holds these values at its start.
   *
   * @param values rupees by asset, negative when short
   */
  public double[] profits(double[] values) {
    double[] profits = new double[sessions];
    for (int i = 0; i < byAsset.length; i++) {
      double value = values[i];
      double[] row = byAsset[i];
      for (int t = 0; t < sessions; t++) {
        profits[t] += value * row[t];
      }
    }
    return profits;
  }
}
