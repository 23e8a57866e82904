package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Worked examples that others published, each with its source. */
class PublishedValuesTest {

  private static final Terms PARAMETRIC_99 = parametric(0.01, 1);

  private static Terms parametric(double tail, int days) {
    return new Terms(VarMethod.PARAMETRIC, CovarianceKind.SAMPLE, tail, days, 0.94, 0, 0, 0);
  }

  private static Measured measured(double[] values, double[][] covariance, Terms terms) {
    return PortfolioRisk.byCovariance(
        values,
        Covariance.of(covariance),
        terms,
        Math.sqrt(terms.horizonDays()),
        true,
        Blocks.ALONE);
  }

  private static double[][] covariance(double first, double second, double correlation) {
    double both = correlation * first * second;
    return new double[][] {{first * first, both}, {both, second * second}};
  }

  // Hull, Options, Futures, and Other Derivatives (9th to 11th edition), chapter on value at risk:
  // 500 scenarios for 10 million dollars in four indices on 25 September 2008. The five worst
  // losses,
  // and the scenarios they come from.
  private static final double[] LOSSES = {477_841, 345_435, 282_204, 277_041, 253_385, 217_974};
  private static final int[] SCENARIOS = {494, 339, 349, 329, 487, 227};

  private static double[] hullsScenarios() {
    double[] profits = new double[500];
    for (int i = 0; i < profits.length; i++) {
      profits[i] = -200_000 + 900 * i;
    }
    for (int i = 0; i < LOSSES.length; i++) {
      profits[SCENARIOS[i] - 1] = -LOSSES[i];
    }
    return profits;
  }

  @Test
  void hullsFourIndicesHaveTheFifthWorstLossAsTheirVar() {
    EmpiricalTail tail = EmpiricalTail.of(hullsScenarios(), 0.01);
    assertThat(tail.var()).isEqualTo(253_385);
    assertThat(tail.scenario()).isEqualTo(487 - 1);
    // Hull averages the four losses beyond, 345,630; ours has the fifth in it, as the tail has
    // five.
    assertThat(tail.es())
        .isCloseTo((477_841 + 345_435 + 282_204 + 277_041 + 253_385) / 5.0, within(1e-6));
  }

  @Test
  void hullsWeightedScenariosHaveTheThirdWorstLossAsTheirVar() {
    double[] weights = Weights.byAge(500, 0.995);
    assertThat(weights[494 - 1]).isCloseTo(0.00528, within(0.000005));
    assertThat(weights[339 - 1]).isCloseTo(0.00243, within(0.000005));
    assertThat(weights[349 - 1]).isCloseTo(0.00255, within(0.000005));
    EmpiricalTail tail = EmpiricalTail.of(hullsScenarios(), weights, 0.01);
    assertThat(tail.var()).isEqualTo(282_204);
    assertThat(tail.es()).isCloseTo(400_914, within(1.0));
  }

  // An examination question on Boudoukh, Richardson and Whitelaw's weights (λ 0.98, 100 returns):
  // transtutors.com/questions/…-12785240.htm. Its answer interpolates; the weights don't depend on
  // that.
  @Test
  void boudoukhRichardsonAndWhitelawsWeightsAreThoseOfTheTables() {
    double[] weights = Weights.byAge(100, 0.98);
    int[] daysAgo = {4, 2, 45, 54, 3, 31};
    double[] expected = {0.0217, 0.0226, 0.0095, 0.0079, 0.0221, 0.0126};
    for (int i = 0; i < daysAgo.length; i++) {
      assertThat(weights[100 - daysAgo[i]]).isCloseTo(expected[i], within(0.00005));
    }
    double[] returns = new double[100];
    double[] worst = {-3.40, -3.20, -2.80, -2.60, -2.40, -2.00};
    for (int i = 0; i < worst.length; i++) {
      returns[100 - daysAgo[i]] = worst[i];
    }
    assertThat(EmpiricalTail.of(returns, 0.05).var()).as("plain history").isEqualTo(2.40);
    assertThat(EmpiricalTail.of(returns, weights, 0.05).var()).isEqualTo(2.80);
  }

  // Hull, Risk Management and Financial Institutions, example 5.2
  // (studmed.ru/view/hull-jc-…?page=14):
  // λ 0.90, volatility 1 %, the market rose 2 %: the variance becomes 0.00013, the volatility 1.14
  // %.
  @Test
  void hullsVolatilityAfterOneReturn() {
    // After many days of 1 % nothing is left of how it began.
    double[] returns = new double[400];
    Arrays.fill(returns, 0.01);
    returns[399] = 0.02;
    double[] variances = Weights.forecastVariances(returns, 0.90);
    assertThat(variances[399]).isCloseTo(0.0001, within(1e-12));
    assertThat(variances[400]).isCloseTo(0.00013, within(1e-12));
    assertThat(Math.sqrt(variances[400])).isCloseTo(0.0114, within(0.00005));
  }

  // Hull, Options, Futures, and Other Derivatives: 10 million dollars of Microsoft, 2 % a day, and
  // 5
  // million of AT&T, 1 % a day, correlation 0.3; 99 %, ten days.
  @Test
  void hullsMicrosoftAndAtt() {
    Measured alone = measured(new double[] {10_000_000}, new double[][] {{0.0004}}, PARAMETRIC_99);
    assertThat(alone.var()).isCloseTo(465_300, within(50.0));
    Measured both =
        measured(
            new double[] {10_000_000, 5_000_000},
            covariance(0.02, 0.01, 0.3),
            parametric(0.01, 10));
    assertThat(both.var()).isCloseTo(1_620_100, within(100.0));
    assertThat(both.parts().standalone()[0]).isCloseTo(1_471_300, within(100.0));
    assertThat(both.parts().standalone()[1]).isCloseTo(367_900, within(100.0));
  }

  // Jorion, Value at Risk, chapter 7: 2 million Canadian dollars at 5 % and 1 million euros at 12
  // %,
  // uncorrelated, 95 %. The figures with z = 1.645 are Bionic Turtle's
  // (bionicturtle.com/forum/threads/jorion-chapter-7-portfolio-risk-analytical-methods.20327), in
  // thousands.
  @Test
  void jorionsTwoCurrencies() {
    Measured both =
        measured(new double[] {2_000, 1_000}, covariance(0.05, 0.12, 0), parametric(0.05, 1));
    assertThat(both.var()).isCloseTo(256.9, within(0.05));
    assertThat(both.parts().standalone()[0]).isCloseTo(164.49, within(0.01));
    assertThat(both.parts().standalone()[1]).isCloseTo(197.38, within(0.01));
    assertThat(both.parts().incremental()[0]).isCloseTo(59.55, within(0.01));
    assertThat(both.parts().incremental()[1]).isCloseTo(92.45, within(0.01));
    // In Jorion with z = 1.65: 257,738 in all, of which 105,630 and 152,108.
    assertThat(both.parts().component()[0] / both.var())
        .isCloseTo(105_630 / 257_738.0, within(1e-5));
    assertThat(both.parts().component()[1] / both.var())
        .isCloseTo(152_108 / 257_738.0, within(1e-5));
  }

  // Bionic Turtle's question 2.2 on Jorion 7.17
  // (forum.bionicturtle.com/threads/var-analytical-methods-
  // clarification.8120): 5 million each of francs at 10 % and yen at 20 %, correlation 0.3, 95 %.
  @Test
  void marginalVarOfSwissFrancs() {
    Measured both =
        measured(
            new double[] {5_000_000, 5_000_000}, covariance(0.10, 0.20, 0.3), parametric(0.05, 1));
    assertThat(both.parts().marginal()[0]).isCloseTo(0.1057, within(0.00005));
    assertThat(both.var()).isCloseTo(2_048_000, within(500.0));
  }

  // McNeil, Frey and Embrechts, Quantitative Risk Management (2005), section 2.2: VaR and ES of
  // 10,000
  // at 20 % a year over one of 250 days, normal and t with four degrees of freedom scaled to the
  // same
  // variance. The same case stands in the R package QRMlib, ESst.
  @Test
  void mcNeilFreyAndEmbrechtsNormalAndStudentsT() {
    double deviation = 0.2 * 10_000 / Math.sqrt(250);
    double[] tails = {0.1, 0.05, 0.025, 0.01};
    double[] var = {162.1, 208.1, 247.9, 294.3};
    double[] varT = {137.1, 190.7, 248.3, 335.1};
    double[] es = {222.0, 260.9, 295.7, 337.1};
    double[] esT = {223.5, 286.5, 357.2, 466.9};
    for (int i = 0; i < tails.length; i++) {
      KnownTail normal = KnownTail.normal(tails[i]);
      KnownTail student = KnownTail.student(tails[i], 4);
      assertThat(normal.var() * deviation).isCloseTo(var[i], within(0.06));
      assertThat(normal.es() * deviation).isCloseTo(es[i], within(0.06));
      assertThat(student.var() * deviation).isCloseTo(varT[i], within(0.06));
      assertThat(student.es() * deviation).isCloseTo(esT[i], within(0.06));
    }
  }

  // Hull, Risk Management and Financial Institutions, examples 9.3 and 9.4: a gain of 2 million
  // with 98 %,
  // a loss of 4 with 1.5 %, of 10 with 0.5 %: VaR is 4 million at 99 % and 10 at 99.9 %; at 99.5 %
  // it may
  // be either, and is the larger one here.
  @Test
  void hullsProjectWithThreeOutcomes() {
    double[] profits = new double[1_000];
    Arrays.fill(profits, 2);
    Arrays.fill(profits, 0, 15, -4);
    Arrays.fill(profits, 15, 20, -10);
    assertThat(EmpiricalTail.of(profits, 0.01).var()).isEqualTo(4);
    assertThat(EmpiricalTail.of(profits, 0.001).var()).isEqualTo(10);
    assertThat(EmpiricalTail.of(profits, 0.005).var()).isEqualTo(10);
    // Example 9.5 (expected shortfall at 99 %): half of the tail loses 10, half 4.
    assertThat(EmpiricalTail.of(profits, 0.01).es()).isCloseTo(7, within(1e-12));
  }
}
