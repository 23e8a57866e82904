package io.tola.risk.domain.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.domain.backtest.CoverageTests.Outcome;
import io.tola.risk.domain.backtest.TrafficLight.Zone;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backtests that others published, each with its source. */
class PublishedBacktestsTest {

  private static void same(Outcome outcome, double statistic, double pValue) {
    assertThat(outcome.statistic()).isCloseTo(statistic, within(0.00005));
    assertThat(outcome.pValue()).isCloseTo(pValue, within(0.000005));
  }

  // MathWorks, Risk Management Toolbox, varbacktest (mathworks.com/help/risk/varbacktest.pof.html,
  // and
  // .bin, .tuff, .cci, .cc, .tl): an equity index over 1,043 days. "Normal95" failed 57 times,
  // first on
  // day 58; N00 = 932, N10 = N01 = 53, N11 = 4. "Normal99" failed 17 times.
  private static final Exceedances NORMAL_95 = new Exceedances(1_043, 57, 58, 932, 53, 53, 4);

  @Test
  void mathWorksProportionOfFailures() {
    same(CoverageTests.proportionOfFailures(1_043, 57, 0.05), 0.46147, 0.49694);
    Outcome normal99 = CoverageTests.proportionOfFailures(1_043, 17, 0.01);
    assertThat(normal99.statistic()).isCloseTo(3.5118, within(0.00005));
    assertThat(normal99.pValue()).isCloseTo(0.060933, within(0.0000005));
  }

  @Test
  void mathWorksBinomial() {
    same(CoverageTests.binomial(1_043, 57, 0.05), 0.68905, 0.49079);
  }

  @Test
  void mathWorksTimeUntilFirstFailure() {
    same(CoverageTests.timeUntilFirstFailure(58, 1_043, 0.05), 1.7354, 0.18773);
  }

  @Test
  void mathWorksIndependenceAndConditionalCoverage() {
    same(CoverageTests.independence(NORMAL_95), 0.25866, 0.61104);
    same(CoverageTests.conditionalCoverage(NORMAL_95, 0.05), 0.72013, 0.69763);
  }

  @Test
  void mathWorksTrafficLight() {
    TrafficLight light = TrafficLight.of(1_043, 57, 0.05);
    assertThat(light.zone()).isEqualTo(Zone.GREEN);
    assertThat(light.probability()).isCloseTo(0.77913, within(0.000005));
    assertThat(light.typeOne()).isCloseTo(0.26396, within(0.000005));
    // risk.validation.trafficLightVaRTest(0.9, 40, 250) is 2, amber.
    assertThat(TrafficLight.of(250, 40, 0.1).zone()).isEqualTo(Zone.YELLOW);
  }

  // Dowd's R package (rdrr.io/rforge/Dowd/man/BinomialBacktest.html): 55 of 1,000 at 95 %.
  @Test
  void dowdsBinomialBacktest() {
    assertThat(CoverageTests.probabilityOfAtLeast(1_000, 55, 0.05))
        .isCloseTo(0.2528819, within(0.00000005));
  }

  // Basel Committee, Supervisory framework for the use of "backtesting" (January 1996), table 2.
  @ParameterizedTest
  @CsvSource({
    "0, GREEN, 0.00, 8.11",
    "1, GREEN, 0.00, 28.58",
    "2, GREEN, 0.00, 54.32",
    "3, GREEN, 0.00, 75.81",
    "4, GREEN, 0.00, 89.22",
    "5, YELLOW, 0.40, 95.88",
    "6, YELLOW, 0.50, 98.63",
    "7, YELLOW, 0.65, 99.60",
    "8, YELLOW, 0.75, 99.89",
    "9, YELLOW, 0.85, 99.97",
    "10, RED, 1.00, 99.99"
  })
  void baselsThreeZones(int count, Zone zone, double increase, double perCent) {
    TrafficLight light = TrafficLight.of(250, count, 0.01);
    assertThat(light.zone()).isEqualTo(zone);
    assertThat(light.increase()).isEqualTo(increase);
    assertThat(100 * light.probability()).isCloseTo(perCent, within(0.0051));
  }

  @Test
  void baselSaysNothingOfOtherCases() {
    assertThat(TrafficLight.of(251, 4, 0.01).increase()).isNull();
    assertThat(TrafficLight.of(250, 4, 0.05).increase()).isNull();
    assertThat(TrafficLight.of(250, 90, 0.01).increase()).isEqualTo(1.0);
  }

  // Kupiec (1995), table 3, as in Jorion, Value at Risk, table 6-2: the numbers of failures at
  // which
  // the model is not rejected at 95 %, exclusive of both ends. For 255 days at 1 % the table has no
  // lower
  // end, though the ratio of no failure at all is 5.13: left out here (below = 0).
  @ParameterizedTest
  @CsvSource({
    "0.01, 255, 0, 7", "0.01, 510, 1, 11", "0.01, 1000, 4, 17",
    "0.025, 255, 2, 12", "0.025, 510, 6, 21", "0.025, 1000, 15, 36",
    "0.05, 255, 6, 21", "0.05, 510, 16, 36", "0.05, 1000, 37, 65",
    "0.075, 255, 11, 28", "0.075, 510, 27, 51", "0.075, 1000, 59, 92",
    "0.10, 255, 16, 36", "0.10, 510, 38, 65", "0.10, 1000, 81, 120"
  })
  void kupiecsRegionsOfNonRejection(double tail, int days, int below, int above) {
    double critical = ChiSquaredDistribution.of(1).inverseCumulativeProbability(0.95);
    for (int count = tail * days < 3 ? 1 : 0; count <= days / 4; count++) {
      boolean accepted =
          CoverageTests.proportionOfFailures(days, count, tail).statistic() < critical;
      assertThat(accepted).as("%d of %d", count, days).isEqualTo(count > below && count < above);
    }
  }

  @Test
  void nothingIsNotANumber() {
    for (boolean[] series :
        new boolean[][] {{false}, {true}, {true, true, true}, {false, false}, {true, false}}) {
      Exceedances e = Exceedances.of(series);
      assertThat(e.days()).isEqualTo(series.length);
      for (Outcome outcome :
          new Outcome[] {
            CoverageTests.proportionOfFailures(e.days(), e.count(), 0.01),
            CoverageTests.timeUntilFirstFailure(e.first(), e.days(), 0.01),
            CoverageTests.independence(e),
            CoverageTests.conditionalCoverage(e, 0.01),
            CoverageTests.binomial(e.days(), e.count(), 0.01)
          }) {
        assertThat(outcome.statistic()).isFinite();
        assertThat(outcome.pValue()).isBetween(0.0, 1.0);
      }
      assertThat(TrafficLight.of(e.days(), e.count(), 0.01).probability()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void pairsOfDaysAreCounted() {
    Exceedances e = Exceedances.of(new boolean[] {false, true, true, false, false, true});
    assertThat(e).isEqualTo(new Exceedances(6, 3, 2, 1, 2, 1, 1));
  }
}
