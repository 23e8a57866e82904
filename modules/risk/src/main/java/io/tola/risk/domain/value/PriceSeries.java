package io.tola.risk.domain.value;

/**
 * Daily opens and closes of one asset, oldest first.
 *
 * @param days days since 1970-01-01, rising
 * @param opens rupees a share, of the same length
 * @param closes rupees a share, of the same length
 */
public record PriceSeries(int[] days, double[] opens, double[] closes) {

  public int size() {
    return days.length;
  }
}
