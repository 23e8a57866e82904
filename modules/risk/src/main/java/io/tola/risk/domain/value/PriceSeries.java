package io.tola.risk.domain.value;

/**
 * Daily opens, closes and volumes of one asset, oldest first; arrays of the same length.
 *
 * @param days days since 1970-01-01, rising
 * @param opens rupees a share
 * @param closes rupees a share
 * @param volumes shares traded; zero where nobody knows
 */
public record PriceSeries(int[] days, double[] opens, double[] closes, double[] volumes) {

  /** Prices without volumes. */
  public PriceSeries(int[] days, double[] opens, double[] closes) {
    this(days, opens, closes, new double[days.length]);
  }

  public int size() {
    return days.length;
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
