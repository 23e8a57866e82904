package io.tola.risk.domain.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Lines up the prices of several assets by session and makes returns of them.
 *
 * <p>Sessions are the days on which anything traded. A return is close by the close of the session
 * before, less 1; where either is missing there is none, and the session is left out for all assets,
 * because a return over a gap is not one session's and a return of zero was not seen. So each session
 * that is kept is one that really happened to all of them.
 *
 * <p>A dividend is return of its ex-date: (close + dividend) by the close before, less 1. Splits and
 * bonuses are in the prices already, where they are recorded ({@link Adjustment}). A return more than
 * {@value #LARGE} away from zero is counted as it is, because nobody can tell a crash from a split that
 * nobody recorded by looking at prices; it is reported, and so is each recorded split and bonus.
 *
 * @param returns of the sessions kept
 * @param sessions the days kept, oldest first
 * @param leftOut days of the window that were not
 * @param missing by asset: days of the window on which it had no price
 */
public record ReturnTable(
    ReturnMatrix returns, int[] sessions, int leftOut, int[][] missing, List<Jump> jumps) {

  static final double LARGE = 0.2;

  /**
   * A return that isn't taken without a word.
   *
   * @param change close by close before as they traded, less 1
   * @param ratio shares after by shares before of what is recorded for the session; NaN when nothing is
   * @param large whether the return that is counted is a large one
   */
  public record Jump(int asset, int day, double change, double ratio, boolean large) {}

  /**
   * @param assets may be empty
   * @param others traded on the same exchange: days on which they have a price are sessions too
   * @param window how many sessions back from the last, at most
   */
  public static ReturnTable of(List<PriceSeries> assets, List<PriceSeries> others, int window) {
    TreeSet<Integer> all = new TreeSet<>();
    for (List<PriceSeries> group : List.of(assets, others)) {
      for (PriceSeries series : group) {
        for (int i = series.size() - 1; i >= Math.max(0, series.size() - window - 1); i--) {
          all.add(series.days()[i]);
        }
      }
    }
    int[] days = all.stream().mapToInt(Integer::intValue).toArray();
    // One more than returns: the first has none before it.
    days = Arrays.copyOfRange(days, Math.max(0, days.length - window - 1), days.length);
    int[][] places = new int[assets.size()][];
    int[][] missing = new int[assets.size()][];
    for (int i = 0; i < places.length; i++) {
      places[i] = places(assets.get(i).days(), days);
      missing[i] = missing(places[i], days);
    }
    int[] kept = kept(places, days.length);
    List<Jump> jumps = new ArrayList<>();
    double[][] returns = new double[places.length][kept.length];
    for (int i = 0; i < places.length; i++) {
      for (int k = 0; k < kept.length; k++) {
        returns[i][k] = oneReturn(i, assets.get(i), places[i], days, kept[k], jumps);
      }
    }
    int[] sessions = new int[kept.length];
    for (int k = 0; k < kept.length; k++) {
      sessions[k] = days[kept[k]];
    }
    int leftOut = Math.max(0, days.length - 1) - kept.length;
    return new ReturnTable(ReturnMatrix.of(returns), sessions, leftOut, missing, jumps);
  }

  private static double oneReturn(
      int asset, PriceSeries series, int[] places, int[] days, int session, List<Jump> jumps) {
    int at = places[session];
    double before = series.closes()[places[session - 1]];
    double change = (series.closes()[at] + series.dividends()[at]) / before - 1;
    double ratio = series.ratios()[at];
    boolean large = Math.abs(change) > LARGE;
    if (large || ratio != 1) {
      double traded = series.closes()[at] / before / ratio - 1;
      jumps.add(new Jump(asset, days[session], traded, ratio == 1 ? Double.NaN : ratio, large));
    }
    return change;
  }

  /** Where each day stands in the series; -1 where it doesn't. Both rise. */
  private static int[] places(int[] series, int[] days) {
    int[] places = new int[days.length];
    int at = 0;
    for (int d = 0; d < days.length; d++) {
      while (at < series.length && series[at] < days[d]) {
        at++;
      }
      places[d] = at < series.length && series[at] == days[d] ? at : -1;
    }
    return places;
  }

  private static int[] missing(int[] places, int[] days) {
    int[] missing = new int[days.length];
    int count = 0;
    for (int d = 0; d < days.length; d++) {
      if (places[d] < 0) {
        missing[count++] = days[d];
      }
    }
    return Arrays.copyOf(missing, count);
  }

  private static int[] kept(int[][] places, int days) {
    int[] kept = new int[Math.max(0, days)];
    int count = 0;
    for (int d = 1; d < days; d++) {
      boolean whole = true;
      for (int[] of : places) {
        whole &= of[d] >= 0 && of[d - 1] >= 0;
      }
      if (whole) {
        kept[count++] = d;
      }
    }
    return Arrays.copyOf(kept, count);
  }
}
