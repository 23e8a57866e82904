package io.tola.risk.domain.backtest;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The tests, each as its statistic and p-value: the probability of a statistic at least as extreme if
 * the VaR were right. Likelihood ratios take 0 · ln 0 as 0.
 */
public final class CoverageTests {

  private static final ChiSquaredDistribution ONE = ChiSquaredDistribution.of(1);
  private static final ChiSquaredDistribution TWO = ChiSquaredDistribution.of(2);
  private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

  private CoverageTests() {}

  /**
   * What a test says.
   *
   * @param statistic likelihood ratio or z-score
   * @param pValue 0 to 1
   */
  public record Outcome(double statistic, double pValue) {}

  /**
   * Proportion of failures: that exceedances happen with the tail's probability. Likelihood ratio, χ²
   * with one degree of freedom (Kupiec, <i>Techniques for verifying the accuracy of risk measurement
   * models</i>, Journal of Derivatives 3, 1995).
   *
   * @param days at least one
   */
  public static Outcome proportionOfFailures(int days, int count, double tail) {
    double rate = (double) count / days;
    return chiSquare(
        2
            * (times(count, rate)
                + times(days - count, 1 - rate)
                - times(count, tail)
                - times(days - count, 1 - tail)),
        ONE);
  }

  /**
   * Time until first failure: that the first exceedance comes after a geometric time. Likelihood ratio,
   * χ² with one degree of freedom (Kupiec 1995).
   *
   * @param first day of the first exceedance, counted from 1; 0 when there was none: then the days that
   *     passed without are taken for the time, as if the next had exceeded
   */
  public static Outcome timeUntilFirstFailure(int first, int days, double tail) {
    int time = first == 0 ? days + 1 : first;
    return chiSquare(
        2
            * (times(1, 1.0 / time)
                + times(time - 1, 1 - 1.0 / time)
                - times(1, tail)
                - times(time - 1, 1 - tail)),
        ONE);
  }

  /**
   * Independence: that an exceedance is as likely after an exceedance as after a quiet day, against a
   * first-order Markov chain. Likelihood ratio over the pairs of days, χ² with one degree of freedom
   * (Christoffersen, <i>Evaluating interval forecasts</i>, International Economic Review 39, 1998).
   */
  public static Outcome independence(Exceedances e) {
    int quiet = e.quietThenQuiet() + e.quietThenLoud();
    int loud = e.loudThenQuiet() + e.loudThenLoud();
    int pairs = quiet + loud;
    double afterQuiet = quiet == 0 ? 0 : (double) e.quietThenLoud() / quiet;
    double afterLoud = loud == 0 ? 0 : (double) e.loudThenLoud() / loud;
    int second = e.quietThenLoud() + e.loudThenLoud();
    double always = pairs == 0 ? 0 : (double) second / pairs;
    return chiSquare(
        2
            * (times(e.quietThenQuiet(), 1 - afterQuiet)
                + times(e.quietThenLoud(), afterQuiet)
                + times(e.loudThenQuiet(), 1 - afterLoud)
                + times(e.loudThenLoud(), afterLoud)
                - times(pairs - second, 1 - always)
                - times(second, always)),
        ONE);
  }

  /**
   * Conditional coverage: right in number and independent. Sum of the two likelihood ratios, χ² with two
   * degrees of freedom (Christoffersen 1998).
   */
  public static Outcome conditionalCoverage(Exceedances e, double tail) {
    return chiSquare(
        proportionOfFailures(e.days(), e.count(), tail).statistic() + independence(e).statistic(),
        TWO);
  }

  /**
   * Binomial: the same hypothesis as Kupiec's, by the normal approximation z = (x − Np) / √(Np(1 − p)),
   * both sides (Jorion, <i>Value at Risk</i>, chapter 6).
   */
  public static Outcome binomial(int days, int count, double tail) {
    double z = (count - days * tail) / Math.sqrt(days * tail * (1 - tail));
    return new Outcome(z, Math.min(1, 2 * STANDARD.survivalProbability(Math.abs(z))));
  }

  /** Exactly: the probability of so many exceedances or more, were the VaR right. */
  public static double probabilityOfAtLeast(int days, int count, double tail) {
    return count == 0 ? 1 : BinomialDistribution.of(days, tail).survivalProbability(count - 1);
  }

  /** Exactly: the probability of so many exceedances or fewer, were the VaR right. */
  public static double probabilityOfAtMost(int days, int count, double tail) {
    return BinomialDistribution.of(days, tail).cumulativeProbability(count);
  }

  private static double times(double count, double probability) {
    return count == 0 ? 0 : count * Math.log(probability);
  }

  /** A ratio of maximised likelihoods is never negative but by rounding. */
  private static Outcome chiSquare(double ratio, ChiSquaredDistribution distribution) {
    double statistic = Math.max(0, ratio);
    return new Outcome(statistic, distribution.survivalProbability(statistic));
  }
}
