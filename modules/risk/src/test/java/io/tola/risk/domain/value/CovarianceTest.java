package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Covariances against the definition, and roots of those that have no inverse. */
class CovarianceTest {

  private static ReturnMatrix random(int assets, int sessions) {
    Random random = new Random(3);
    double[][] rows = new double[assets][sessions];
    for (double[] row : rows) {
      for (int t = 0; t < sessions; t++) {
        row[t] = 0.02 * random.nextGaussian();
      }
    }
    return ReturnMatrix.of(rows);
  }

  @Test
  void theSamplesCovarianceIsTheDefinitions() {
    ReturnMatrix returns = random(4, 60);
    Covariance covariance = Covariance.sample(returns);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double meanI = java.util.Arrays.stream(returns.of(i)).average().orElseThrow();
        double meanJ = java.util.Arrays.stream(returns.of(j)).average().orElseThrow();
        double sum = 0;
        for (int t = 0; t < 60; t++) {
          sum += (returns.at(i, t) - meanI) * (returns.at(j, t) - meanJ);
        }
        assertThat(covariance.at(i, j)).isCloseTo(sum / 59, within(1e-15));
      }
    }
  }

  @Test
  void theEwmaCovarianceIsTheRecursionOverALongWindow() {
    ReturnMatrix returns = random(2, 900);
    Covariance covariance = Covariance.ewma(returns, 0.94);
    double recursion = 0;
    for (int t = 0; t < 900; t++) {
      recursion = 0.94 * recursion + 0.06 * returns.at(0, t) * returns.at(1, t);
    }
    assertThat(covariance.at(0, 1)).isCloseTo(recursion, within(1e-15));
  }

  @Test
  void aRootTimesItselfIsTheCovarianceAlsoWhenItIsSingular() {
    for (int sessions : new int[] {2, 5, 20, 300}) {
      Covariance covariance = Covariance.sample(random(12, sessions));
      Covariance.Root root = covariance.root();
      assertThat(root.rank()).isEqualTo(Math.min(12, sessions - 1));
      for (int i = 0; i < 12; i++) {
        for (int j = 0; j < 12; j++) {
          double sum = 0;
          for (int k = 0; k < 12; k++) {
            sum += root.root()[i][k] * root.root()[j][k];
          }
          assertThat(sum).isCloseTo(covariance.at(i, j), within(1e-12));
        }
      }
    }
  }

  @Test
  void whatNeverMovedHasNoRisk() {
    Covariance covariance = Covariance.sample(ReturnMatrix.of(new double[3][40]));
    assertThat(covariance.root().rank()).isZero();
    assertThat(covariance.deviation(new double[] {1, 2, 3})).isZero();
  }

  @Test
  void anAssetThatNeverMovedLeavesTheOthersRiskAlone() {
    double[][] rows = new double[2][40];
    rows[1] = random(1, 40).of(0);
    Covariance covariance = Covariance.sample(ReturnMatrix.of(rows));
    assertThat(covariance.root().rank()).isEqualTo(1);
    assertThat(covariance.deviation(new double[] {500, 100}))
        .isCloseTo(100 * Math.sqrt(covariance.at(1, 1)), within(1e-12));
  }

  @Test
  void filteredReturnsAreAsLargeAsTomorrowsVolatility() {
    double[] row = new double[500];
    Random random = new Random(8);
    for (int t = 0; t < row.length; t++) {
      row[t] = (t < 400 ? 0.01 : 0.03) * random.nextGaussian();
    }
    ReturnMatrix filtered = Weights.filtered(ReturnMatrix.of(new double[][] {row}), 0.94);
    double early = 0;
    for (int t = 100; t < 400; t++) {
      early += filtered.at(0, t) * filtered.at(0, t) / 300;
    }
    // The quiet years count as if they had been as wild as the last weeks.
    assertThat(Math.sqrt(early)).isBetween(0.02, 0.045);
    double[] variances = Weights.forecastVariances(row, 0.94);
    assertThat(filtered.at(0, 250))
        .isCloseTo(row[250] * Math.sqrt(variances[500] / variances[250]), within(1e-15));
  }
}
