package io.tola.risk.domain.backtest;

/**
 * The Basel Committee's three zones (<i>Supervisory framework for the use of "backtesting"</i>, January
 * 1996, table 2): yellow begins where so many exceedances or fewer have a probability of 95 %, red
 * where they have 99.99 %.
 *
 * @param probability of so many exceedances or fewer, were the VaR right
 * @param typeOne of so many or more: how often a right VaR would be blamed
 * @param increase what the committee adds to its multiplier of 3; null where it says nothing: other than
 *     250 days at 99 %
 */
public record TrafficLight(Zone zone, double probability, double typeOne, Double increase) {

  /** How much a model is doubted. */
  public enum Zone {
    GREEN,
    YELLOW,
    RED
  }

  private static final double YELLOW_FROM = 0.95;
  private static final double RED_FROM = 0.9999;
  private static final int BASEL_DAYS = 250;
  private static final double BASEL_TAIL = 0.01;
  private static final double[] INCREASES = {0, 0, 0, 0, 0, 0.40, 0.50, 0.65, 0.75, 0.85, 1.00};

  /** The multiplier itself, to which {@link #increase} is added. */
  public static final double MULTIPLIER = 3;

  public static TrafficLight of(int days, int count, double tail) {
    double probability = CoverageTests.probabilityOfAtMost(days, count, tail);
    Zone zone =
        probability >= RED_FROM ? Zone.RED : probability >= YELLOW_FROM ? Zone.YELLOW : Zone.GREEN;
    boolean basel = days == BASEL_DAYS && Math.abs(tail - BASEL_TAIL) < 1e-12;
    return new TrafficLight(
        zone,
        probability,
        CoverageTests.probabilityOfAtLeast(days, count, tail),
        basel ? INCREASES[Math.min(count, INCREASES.length - 1)] : null);
  }
}
