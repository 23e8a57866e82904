package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Worked examples that others published. Each figure was read at the address beside it, in November 2026;
 * figures of books that could only be remembered, and not be read anywhere, were taken out.
 */
class PublishedValuesTest {

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

  // Hull, Risk Management and Financial Institutions, chapter 14: 500 scenarios for 10 million
  // dollars in
  // four indices on 25 September 2008 (slides: scribd.com/presentation/622791612/HullRMFI4eCh13).
  // The
  // ranked losses, in thousands, and the VaR of 253,385:
  // solutioninn.com/study-help/questions/q6-in-the-lecture-we-have-studied-the-historical-simulation-16425322
  private static final double[] LOSSES = {
    477_841, 345_435, 282_204, 277_041, 253_385, 217_974, 202_256, 201_389, 191_269, 191_050,
    185_127, 184_450, 182_707, 180_105, 172_224, 172_212, 167_104, 167_066, 166_800, 166_517
  };
  private static final int[] SCENARIOS = {494, 339, 349, 329, 487, 227};

  private static double[] hullsScenarios() {
    double[] profits = new double[500];
    for (int i = 0; i < profits.length; i++) {
      profits[i] = -150_000 + 900 * i;
    }
    for (int i = 0; i < LOSSES.length; i++) {
      profits[(i < SCENARIOS.length ? SCENARIOS[i] : 100 + i) - 1] = -LOSSES[i];
    }
    return profits;
  }

  @Test
  void hullsFourIndicesHaveTheFifthWorstLossAsTheirVar() {
    EmpiricalTail tail = EmpiricalTail.of(hullsScenarios(), 0.01);
    assertThat(tail.var()).isEqualTo(253_385);
    assertThat(tail.scenario()).isEqualTo(487 - 1);
    // 96 %: the twentieth, one of the answers there.
    assertThat(EmpiricalTail.of(hullsScenarios(), 0.04).var()).isEqualTo(166_517);
  }

  // The same with five stress scenarios of a per cent together, the others 0.99/500 each: "the
  // first loss
  // for which the cumulative probability is greater than 0.01 … is $282,204"
  // (transtutors.com/questions/risk-management-19-11-651475.htm).
  @Test
  void hullsStressScenariosHaveWeightsOfTheirOwn() {
    double[] profits = Arrays.copyOf(hullsScenarios(), 505);
    double[] weights = new double[505];
    Arrays.fill(weights, 0.99 / 500);
    double[] stressed = {235_000, 300_000, 450_000, 750_000, 850_000};
    double[] probabilities = {0.005, 0.002, 0.002, 0.0005, 0.0005};
    for (int i = 0; i < 5; i++) {
      profits[500 + i] = -stressed[i];
      weights[500 + i] = probabilities[i];
    }
    assertThat(EmpiricalTail.of(profits, weights, 0.01).var()).isEqualTo(282_204);
    assertThat(EmpiricalTail.var(profits, weights, 0.01)).isEqualTo(282_204);
  }

  // Bionic Turtle on Boudoukh, Richardson and Whitelaw's weights, λ 0.96, 100 returns
  // (forum.bionicturtle.com/threads/hybrid-approach.1616). Its answer of -4.04 % lies,
  // interpolated,
  // between the second worst and the worst, which reach 3.18 % and 6.00 %: ours is the former's.
  @Test
  void bionicTurtlesHybridWeights() {
    double[] weights = Weights.byAge(100, 0.96);
    int[] daysAgo = {7, 10, 15, 20, 17, 28, 32, 18, 55, 62};
    double[] expected = {
      0.0318, 0.0282, 0.0230, 0.0187, 0.0212, 0.0135, 0.0115, 0.0203, 0.0045, 0.0034
    };
    double[] worst = {-4.3, -3.9, -3.7, -3.5, -3, -2.9, -2.6, -2.5, -2.4, -2.3};
    double[] returns = new double[100];
    for (int i = 0; i < daysAgo.length; i++) {
      assertThat(weights[100 - daysAgo[i]]).isCloseTo(expected[i], within(0.000051));
      returns[100 - daysAgo[i]] = worst[i];
    }
    assertThat(EmpiricalTail.of(returns, weights, 0.05).var()).isEqualTo(3.9);
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

  // Hull, Options, Futures, and Other Derivatives, example 23.1: λ 0.90, volatility 1 %, the market
  // rose
  // 2 %: the variance becomes 0.00013, the volatility 1.14 %. Not read in the book but in notes of
  // somebody who works through it.
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

  // Hull, Risk Management and Financial Institutions, chapter 15: 10 million dollars of Microsoft,
  // 2 % a
  // day, and 5 million of AT&T, 1 % a day, correlation 0.3; 99 %, ten days, with 2.33 for the
  // quantile
  // (hezhiquan.com/docs/view/7f6f95514a9f4ad4ba0fb2a651e4955b_2.html): deviation 220,227 a day; VaR
  // 1,473,621 and 368,405 alone, 1,622,657 together.
  @Test
  void hullsMicrosoftAndAtt() {
    double rounded = 2.33 / KnownTail.normal(0.01).var();
    Measured both =
        measured(
            new double[] {10_000_000, 5_000_000},
            covariance(0.02, 0.01, 0.3),
            parametric(0.01, 10));
    assertThat(both.var() * rounded).isCloseTo(1_622_657, within(1.0));
    assertThat(both.parts().standalone()[0] * rounded).isCloseTo(1_473_621, within(1.0));
    assertThat(both.parts().standalone()[1] * rounded).isCloseTo(368_405, within(1.0));
    assertThat(
            Covariance.of(covariance(0.02, 0.01, 0.3))
                .deviation(new double[] {10_000_000, 5_000_000}))
        .isCloseTo(220_227, within(1.0));
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

  // The case of McNeil, Frey and Embrechts, Quantitative Risk Management (2005), section 2.2, as
  // the R
  // package QRM has it (search.r-project.org/CRAN/refmans/QRM/html/ES.html): 10,000 at 20 % a year
  // over
  // one of 250 days, normal and t with four degrees of freedom scaled to the same variance. Its
  // pages
  // print no figures, so VaR goes by the quantiles of NIST's tables
  // (itl.nist.gov/div898/handbook/eda/section3/eda3672.htm, as in
  // pdfcoffee.com/student-t-distribution-table-pdf-free.html)
  // and ES by the area under our own quantiles.
  @Test
  void normalAndStudentsTByTheTablesOfNist() {
    double deviation = 0.2 * 10_000 / Math.sqrt(250);
    double[] tails = {0.1, 0.05, 0.025, 0.01, 0.005};
    double[] normal = {1.282, 1.645, 1.960, 2.326, 2.576};
    double[] four = {1.533, 2.132, 2.776, 3.747, 4.604};
    double[] six = {1.440, 1.943, 2.447, 3.143, 3.707};
    for (int i = 0; i < tails.length; i++) {
      assertThat(KnownTail.normal(tails[i]).var() * deviation)
          .isCloseTo(normal[i] * deviation, within(0.00051 * deviation));
      assertThat(KnownTail.student(tails[i], 4).var() * deviation)
          .isCloseTo(four[i] * Math.sqrt(0.5) * deviation, within(0.00051 * deviation));
      assertThat(KnownTail.student(tails[i], 6).var())
          .isCloseTo(six[i] * Math.sqrt(4.0 / 6), within(0.00051));
    }
  }

  @Test
  void shortfallIsTheAreaUnderTheQuantiles() {
    for (double tail : new double[] {0.1, 0.01}) {
      double normal = 0;
      double student = 0;
      int slices = 200_000;
      for (int i = 0; i < slices; i++) {
        // Slices that get narrower towards the end, where quantiles rise without bound.
        double from = tail * Math.pow((double) i / slices, 4);
        double to = tail * Math.pow((i + 1.0) / slices, 4);
        normal += (to - from) * KnownTail.normal((from + to) / 2).var();
        student += (to - from) * KnownTail.student((from + to) / 2, 4).var();
      }
      assertThat(KnownTail.normal(tail).es()).isCloseTo(normal / tail, within(1e-6));
      assertThat(KnownTail.student(tail, 4).es()).isCloseTo(student / tail, within(1e-5));
    }
  }

  // Hull, Risk Management and Financial Institutions, examples 9.3 and 9.4
  // (hezhiquan.com/docs/view/4aa1830e210847fc9ff5b9d31eb089c4_2.html): a gain of 2 million with 98
  // %, a
  // loss of 4 with 1.5 %, of 10 with 0.5 %: VaR is 4 million at 99 %. At 99.9 % and 99.5 % it asks;
  // 10
  // follows from the definition, and at 99.5 % the larger one is the convention here.
  @Test
  void hullsProjectWithThreeOutcomes() {
    double[] profits = new double[1_000];
    Arrays.fill(profits, 2);
    Arrays.fill(profits, 0, 15, -4);
    Arrays.fill(profits, 15, 20, -10);
    assertThat(EmpiricalTail.of(profits, 0.01).var()).isEqualTo(4);
    assertThat(EmpiricalTail.of(profits, 0.001).var()).isEqualTo(10);
    assertThat(EmpiricalTail.of(profits, 0.005).var()).isEqualTo(10);
    // Half of the tail loses 10, half 4.
    assertThat(EmpiricalTail.of(profits, 0.01).es()).isCloseTo(7, within(1e-12));
  }
}
