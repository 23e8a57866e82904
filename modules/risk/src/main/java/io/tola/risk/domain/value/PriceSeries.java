package io.tola.risk.domain.value;

import java.util.Arrays;

/**
 * Daily opens, closes and volumes of one asset, oldest first; arrays of the same length, not to be
 * written to.
 *
 * @param days days since 1970-01-01, rising
 * @param opens rupees a share
 * @param closes rupees a share
 * @param volumes shares traded; zero where nobody knows
 * @param ratios shares after by shares before a split or bonus that is recorded for the day, or for days
 *     since the one before; 1 where none is. Prices and volumes are adjusted for it already ({@link
 *     Adjustment})
 * @param dividends rupees a share that went ex on the day, or since the one before; as adjusted as prices
 */
public record PriceSeries(
    int[] days,
    double[] opens,
    double[] closes,
    double[] volumes,
    double[] ratios,
    double[] dividends) {

  /** As it traded: no corporate action. */
  public PriceSeries(int[] days, double[] opens, double[] closes, double[] volumes) {
    this(days, opens, closes, volumes, ones(days.length), new double[days.length]);
  }

  /** Prices without volumes. */
  public PriceSeries(int[] days, double[] opens, double[] closes) {
    this(days, opens, closes, new double[days.length]);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  public int size() {
    return days.length;
  }

  /** Open of a day by the close of the one before, less 1; NaN where either is missing. */
  public double gap(int day) {
    int at = Arrays.binarySearch(days, day);
    return at < 1 ? Double.NaN : opens[at] / closes[at - 1] - 1;
  }

  /** Average volume of the last sessions, as many as there are. */
  public double averageVolume(int sessions) {
    int from = Math.max(0, size() - sessions);
    double sum = 0;
    for (int i = from; i < size(); i++) {
      sum += volumes[i];
    }
    return size() == 0 ? 0 : sum / (size() - from);
  }
}
