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
 * <p>Corporate actions are not in the prices. A close more than {@value #LARGE} away from the one
 * before is a jump; when it opened at a usual ratio of a split or bonus, within {@value #NEAR}, the gap
 * is taken out and only the way from open to close counts. Every jump is reported, taken out or not.
 *
 * @param returns of the sessions kept
 * @param sessions the days kept, oldest first
 * @param leftOut days of the window that were not
 * @param missing by asset: days of the window on which it had no price
 */
public record ReturnTable(
    ReturnMatrix returns, int[] sessions, int leftOut, int[][] missing, List<Jump> jumps) {

  static final double LARGE = 0.2;
  static final double NEAR = 0.08;

  /** Shares after by shares before: splits one into n, bonuses of one for n or n for one. */
  private static final double[] RATIOS = {
    4.0 / 3, 1.5, 1.6, 5.0 / 3, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20
  };

  /**
   * A return too large to be taken without a word.
   *
   * @param change close by close before, less 1
   * @param ratio the split that fits; NaN when none does and the return was kept
   */
  public record Jump(int asset, int day, double change, double ratio) {}

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
    double change = series.closes()[at] / before - 1;
    if (Math.abs(change) <= LARGE) {
      return change;
    }
    double ratio = fitting(before / series.opens()[at]);
    jumps.add(new Jump(asset, days[session], change, ratio));
    return Double.isNaN(ratio) ? change : series.closes()[at] / series.opens()[at] - 1;
  }

  /** The nearest usual ratio; NaN when none is near. */
  private static double fitting(double opened) {
    double nearest = Double.NaN;
    double distance = NEAR;
    for (double ratio : RATIOS) {
      double away = Math.abs(opened / ratio - 1);
      if (away <= distance) {
        nearest = ratio;
        distance = away;
      }
    }
    return nearest;
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
