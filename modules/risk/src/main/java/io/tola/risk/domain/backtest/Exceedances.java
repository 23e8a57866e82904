package io.tola.risk.domain.backtest;

/**
 * Which days' losses exceeded their VaR, in order of time. Immutable.
 *
 * @param days how many were forecast
 * @param count how many exceeded
 * @param first the first that exceeded, counted from 1; 0 when none did
 * @param quietThenQuiet pairs of following days: neither exceeded
 * @param quietThenLoud the second exceeded
 * @param loudThenQuiet the first exceeded
 * @param loudThenLoud both exceeded
 */
public record Exceedances(
    int days,
    int count,
    int first,
    int quietThenQuiet,
    int quietThenLoud,
    int loudThenQuiet,
    int loudThenLoud) {

  public static Exceedances of(boolean[] exceeded) {
    int count = 0;
    int first = 0;
    int[][] pairs = new int[2][2];
    for (int t = 0; t < exceeded.length; t++) {
      if (exceeded[t]) {
        count++;
        if (first == 0) {
          first = t + 1;
        }
      }
      if (t > 0) {
        pairs[exceeded[t - 1] ? 1 : 0][exceeded[t] ? 1 : 0]++;
      }
    }
    return new Exceedances(
        exceeded.length, count, first, pairs[0][0], pairs[0][1], pairs[1][0], pairs[1][1]);
  }
}
