package io.tola.risk.domain.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.domain.backtest.CoverageTests.Outcome;
import io.tola.risk.domain.backtest.TrafficLight.Zone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Backtests that others published. Each figure was read at the address beside it, in November 2026; figures
 * that could only be remembered, as Kupiec's table of regions, were taken out.
 */
class PublishedBacktestsTest {

  private static void same(Outcome outcome, double statistic, double pValue) {
    assertThat(outcome.statistic()).isCloseTo(statistic, within(0.00005));
    assertThat(outcome.pValue()).isCloseTo(pValue, within(0.000005));
  }

  // MathWorks, Risk Management Toolbox, varbacktest (mathworks.com/help/risk/varbacktest.pof.html,
  // and
  // .bin, .tuff, .cci, .cc, .tl): an equity index over 1,043 days. "Normal95" failed 57 times,
  // first on
  // day 58; N00 = 932, N10 = N01 = 53, N11 = 4.
  private static final Exceedances NORMAL_95 = new Exceedances(1_043, 57, 58, 932, 53, 53, 4);

  @Test
  void mathWorksProportionOfFailures() {
    same(CoverageTests.proportionOfFailures(1_043, 57, 0.05), 0.46147, 0.49694);
  }

  // mathworks.com/help/risk/risk.validation.proportionoffailurestest.html: three events of 250
  // trials are
  // too few for 5 % and right for 1 %.
  @Test
  void mathWorksThreeEventsOfTwoHundredAndFifty() {
    assertThat(CoverageTests.proportionOfFailures(250, 3, 0.05).pValue()).isLessThan(0.05);
    assertThat(CoverageTests.proportionOfFailures(250, 3, 0.01).pValue()).isGreaterThan(0.05);
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
    // mathworks.com/help/risk/risk.validation.trafficlightvartest.html: (0.9, 40, 250) is 2, amber.
    assertThat(TrafficLight.of(250, 40, 0.1).zone()).isEqualTo(Zone.YELLOW);
  }

  // cfrm17.github.io/tradeLifecycle3.html: of 750 days at 99.5 % seven exceptions begin yellow,
  // thirteen
  // red.
  @Test
  void zonesOfThreeYears() {
    assertThat(TrafficLight.of(750, 6, 0.005).zone()).isEqualTo(Zone.GREEN);
    assertThat(TrafficLight.of(750, 7, 0.005).zone()).isEqualTo(Zone.YELLOW);
    assertThat(TrafficLight.of(750, 12, 0.005).zone()).isEqualTo(Zone.YELLOW);
    assertThat(TrafficLight.of(750, 13, 0.005).zone()).isEqualTo(Zone.RED);
  }

  // Dowd's R package (rdrr.io/rforge/Dowd/man/BinomialBacktest.html): 55 of 1,000 at 95 %.
  @Test
  void dowdsBinomialBacktest() {
    assertThat(CoverageTests.probabilityOfAtLeast(1_000, 55, 0.05))
        .isCloseTo(0.2528819, within(0.00000005));
  }

  // Basel Committee, Supervisory framework for the use of "backtesting" (January 1996), table 2
  // (bis.org/publ/bcbs22.htm). The zones, 3.40 to 3.85 in yellow and 4.00 in red were read at
  // ryanoconnellfinance.com/calculators/backtesting-var-calculator; the steps between are the
  // Committee's, and the probabilities are the binomial's.
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

  /** As the papers write them, with powers, where numbers are small enough for that. */
  @Test
  void ratiosOfLikelihoodsAreThoseOfTheirDefinition() {
    for (int days = 1; days <= 60; days++) {
      for (int count = 0; count <= days; count++) {
        double rate = (double) count / days;
        double likely = Math.pow(0.95, days - count) * Math.pow(0.05, count);
        double best = Math.pow(1 - rate, days - count) * Math.pow(rate, count);
        assertThat(CoverageTests.proportionOfFailures(days, count, 0.05).statistic())
            .isCloseTo(-2 * Math.log(likely / best), within(1e-9));
      }
      double first = 0.05 * Math.pow(0.95, days - 1);
      double best = 1.0 / days * Math.pow(1 - 1.0 / days, days - 1);
      assertThat(CoverageTests.timeUntilFirstFailure(days, 60, 0.05).statistic())
          .isCloseTo(-2 * Math.log(first / best), within(1e-9));
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
