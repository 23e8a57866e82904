package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

/** What holds of every method and every portfolio. */
class PortfolioRiskProperties {

  private static Terms terms(VarMethod method, CovarianceKind covariance, double tail, int days) {
    return new Terms(method, covariance, tail, days, 0.97, 700, 5, 11);
  }

  /** Assets that share a market, so that diversification is real and not complete. */
  private static ReturnMatrix returns(long seed, int assets, int sessions) {
    Random random = new Random(seed);
    double[][] rows = new double[assets][sessions];
    for (int t = 0; t < sessions; t++) {
      double market = 0.01 * random.nextGaussian();
      for (double[] row : rows) {
        // Fat tails, and some days on which nothing moves.
        double own = 0.02 * random.nextGaussian();
        row[t] = random.nextInt(20) == 0 ? 0 : market + own * (random.nextInt(30) == 0 ? 4 : 1);
      }
    }
    return ReturnMatrix.of(rows);
  }

  private static double[] values(long seed, int assets) {
    Random random = new Random(seed);
    double[] values = new double[assets];
    for (int i = 0; i < assets; i++) {
      values[i] = Math.round(200_000 * random.nextGaussian());
    }
    return values;
  }

  private static Measured measure(
      double[] values, ReturnMatrix returns, Terms terms, boolean parts) {
    return PortfolioRisk.measure(values, returns, terms, parts, Blocks.ALONE);
  }

  @Property(tries = 300)
  void esIsAtLeastVar(
      @ForAll long seed,
      @ForAll VarMethod method,
      @ForAll CovarianceKind covariance,
      @ForAll @IntRange(min = 1, max = 8) int assets,
      @ForAll @IntRange(min = 2, max = 300) int sessions,
      @ForAll @Scale(5) @DoubleRange(min = 0.0005, max = 0.45) double tail) {
    Measured measured =
        measure(
            values(seed, assets),
            returns(seed, assets, sessions),
            terms(method, covariance, tail, 1),
            true);
    assertThat(measured.es()).isGreaterThanOrEqualTo(measured.var());
    assertThat(measured.var()).isFinite();
    assertThat(measured.es()).isFinite();
    for (double part : measured.parts().incremental()) {
      assertThat(part).isFinite();
    }
  }

  @Property(tries = 300)
  void esOfTwoPortfoliosTogetherIsAtMostTheSum(
      @ForAll long seed,
      @ForAll VarMethod method,
      @ForAll CovarianceKind covariance,
      @ForAll @IntRange(min = 1, max = 6) int assets,
      @ForAll @IntRange(min = 2, max = 260) int sessions,
      @ForAll @Scale(5) @DoubleRange(min = 0.0005, max = 0.45) double tail) {
    ReturnMatrix returns = returns(seed, assets, sessions);
    Terms terms = terms(method, covariance, tail, 1);
    double[] first = values(seed + 1, assets);
    double[] second = values(seed + 2, assets);
    double[] both = new double[assets];
    Arrays.setAll(both, i -> first[i] + second[i]);
    double apart =
        measure(first, returns, terms, false).es() + measure(second, returns, terms, false).es();
    assertThat(measure(both, returns, terms, false).es())
        .isLessThanOrEqualTo(apart + 1e-9 * (1 + Math.abs(apart)));
  }

  @Property(tries = 200)
  void figuresScaleWithThePortfolioAndWithTheRootOfTheHorizon(
      @ForAll long seed,
      @ForAll VarMethod method,
      @ForAll CovarianceKind covariance,
      @ForAll @IntRange(min = 1, max = 6) int assets,
      @ForAll @IntRange(min = 1, max = 250) int days) {
    ReturnMatrix returns = returns(seed, assets, 120);
    double[] values = values(seed + 1, assets);
    Measured one = measure(values, returns, terms(method, covariance, 0.05, 1), false);
    double[] thrice = Arrays.stream(values).map(v -> 3 * v).toArray();
    Measured three = measure(thrice, returns, terms(method, covariance, 0.05, 1), false);
    Measured later = measure(values, returns, terms(method, covariance, 0.05, days), false);
    double close = 1e-9 * (1 + Math.abs(one.es()));
    assertThat(three.var()).isCloseTo(3 * one.var(), within(3 * close));
    assertThat(three.es()).isCloseTo(3 * one.es(), within(3 * close));
    assertThat(later.var()).isCloseTo(Math.sqrt(days) * one.var(), within(close * days));
    assertThat(later.es()).isCloseTo(Math.sqrt(days) * one.es(), within(close * days));
  }

  @Property(tries = 200)
  void componentsAddUpToTheWhole(
      @ForAll long seed,
      @ForAll VarMethod method,
      @ForAll CovarianceKind covariance,
      @ForAll @IntRange(min = 1, max = 8) int assets,
      @ForAll @IntRange(min = 2, max = 300) int sessions,
      @ForAll @Scale(5) @DoubleRange(min = 0.001, max = 0.3) double tail) {
    double[] values = values(seed, assets);
    Measured measured =
        measure(values, returns(seed, assets, sessions), terms(method, covariance, tail, 10), true);
    Assume.that(Arrays.stream(values).anyMatch(v -> v != 0));
    double close = 1e-8 * (1 + Math.abs(measured.es()));
    assertThat(Arrays.stream(measured.parts().component()).sum())
        .isCloseTo(measured.var(), within(close));
    assertThat(Arrays.stream(measured.parts().componentEs()).sum())
        .isCloseTo(measured.es(), within(close));
  }

  @Property(tries = 100)
  void marginalVarIsTheDerivative(
      @ForAll long seed,
      @ForAll VarMethod method,
      @ForAll CovarianceKind covariance,
      @ForAll @IntRange(min = 1, max = 5) int assets) {
    // Drawn figures move with the draw as well; their derivative is that of the distribution.
    Assume.that(!method.draws());
    ReturnMatrix returns = returns(seed, assets, 200);
    double[] values = values(seed + 7, assets);
    Terms terms = terms(method, covariance, 0.05, 1);
    Measured measured = measure(values, returns, terms, true);
    for (int i = 0; i < assets; i++) {
      double[] more = values.clone();
      more[i] += 0.001;
      double[] less = values.clone();
      less[i] -= 0.001;
      double slope =
          (measure(more, returns, terms, false).var() - measure(less, returns, terms, false).var())
              / 0.002;
      assertThat(measured.parts().marginal()[i]).isCloseTo(slope, within(1e-4));
    }
  }

  @Property(tries = 100)
  void aPositionAndItsOppositeCarryNoRisk(
      @ForAll long seed, @ForAll VarMethod method, @ForAll CovarianceKind covariance) {
    double[] row = returns(seed, 1, 150).of(0);
    ReturnMatrix twice = ReturnMatrix.of(new double[][] {row, row.clone()});
    Measured measured =
        measure(new double[] {1_000, -1_000}, twice, terms(method, covariance, 0.01, 1), true);
    assertThat(measured.var()).isCloseTo(0, within(1e-6));
    assertThat(measured.es()).isCloseTo(0, within(1e-6));
  }
}
