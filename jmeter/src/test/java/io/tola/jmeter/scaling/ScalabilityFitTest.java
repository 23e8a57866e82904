package io.tola.jmeter.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tola.jmeter.scaling.ScalabilityFit.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ScalabilityFitTest {

  private static final double[] CONNECTIONS = {1, 2, 4, 8, 16, 32, 64, 128};

  private static List<Point> made(
      ScalabilityLaw law, double[] at, int times, double noise, long seed) {
    Random random = new Random(seed);
    List<Point> points = new ArrayList<>();
    for (double n : at) {
      for (int i = 0; i < times; i++) {
        points.add(new Point(n, law.throughput(n) * (1 + noise * random.nextGaussian())));
      }
    }
    return points;
  }

  @Property(tries = 200)
  void knownParametersAreFoundWithoutNoise(
      @ForAll @DoubleRange(min = 1, max = 5000) double lambda,
      @ForAll @DoubleRange(min = 0, max = 0.9) double sigma,
      @ForAll @DoubleRange(min = 0, max = 0.05) double kappa) {
    ScalabilityLaw law = new ScalabilityLaw(lambda, sigma, kappa);
    ScalabilityLaw found = ScalabilityFit.of(made(law, CONNECTIONS, 1, 0, 1)).law();
    assertThat(found.lambda()).isCloseTo(lambda, within(lambda * 1e-4));
    assertThat(found.sigma()).isCloseTo(sigma, within(1e-4));
    assertThat(found.kappa()).isCloseTo(kappa, within(1e-5));
  }

  /** Ninety-five of a hundred are promised; the bootstrap of so few points keeps a little less. */
  @Test
  void theIntervalsHoldTheKnownParametersMostTimes() {
    ScalabilityLaw law = new ScalabilityLaw(400, 0.06, 0.0004);
    int sigma = 0;
    int kappa = 0;
    int peak = 0;
    for (int seed = 0; seed < 100; seed++) {
      var i = ScalabilityFit.of(made(law, CONNECTIONS, 3, 0.03, seed)).intervals().orElseThrow();
      sigma += law.sigma() >= i.sigma()[0] && law.sigma() <= i.sigma()[1] ? 1 : 0;
      kappa += law.kappa() >= i.kappa()[0] && law.kappa() <= i.kappa()[1] ? 1 : 0;
      peak += law.peak() >= i.peak()[0] && law.peak() <= i.peak()[1] ? 1 : 0;
    }
    assertThat(List.of(sigma, kappa, peak)).allMatch(held -> held >= 80);
  }

  /** Tries every parameter of a grid, the best λ of each worked out: what is found may not be worse. */
  @Test
  void noGridFindsABetterFit() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      ScalabilityLaw law =
          new ScalabilityLaw(
              100 + 900 * random.nextDouble(),
              0.4 * random.nextDouble(),
              0.01 * random.nextDouble());
      List<Point> points = made(law, CONNECTIONS, 2, 0.1, seed);
      double[] n = points.stream().mapToDouble(Point::n).toArray();
      double[] x = points.stream().mapToDouble(Point::throughput).toArray();
      double least = Double.MAX_VALUE;
      for (double sigma = 0; sigma <= 0.6; sigma += 0.005) {
        for (double kappa = 0; kappa <= 0.02; kappa += 0.0001) {
          ScalabilityLaw shape = new ScalabilityLaw(1, sigma, kappa);
          double xy = 0;
          double xx = 0;
          for (int i = 0; i < n.length; i++) {
            xy += shape.throughput(n[i]) * x[i];
            xx += shape.throughput(n[i]) * shape.throughput(n[i]);
          }
          least =
              Math.min(
                  least, ScalabilityFit.squares(new ScalabilityLaw(xy / xx, sigma, kappa), n, x));
        }
      }
      assertThat(ScalabilityFit.squares(ScalabilityFit.of(points).law(), n, x))
          .isLessThanOrEqualTo(least * 1.000001);
    }
  }

  @Test
  void fasterThanLinearStaysWithinTheBounds() {
    ScalabilityLaw found =
        ScalabilityFit.of(
                List.of(
                    new Point(1, 100), new Point(2, 250), new Point(4, 700), new Point(8, 1700)))
            .law();
    assertThat(found.sigma()).isZero();
    assertThat(found.kappa()).isZero();
    assertThat(found.peak()).isInfinite();
  }

  @Test
  void threePointsAreSaidToProveNothing() {
    ScalabilityFit fit =
        ScalabilityFit.of(
            made(new ScalabilityLaw(1000, 0.2, 0.05), new double[] {1, 2, 3}, 1, 0, 1));
    assertThat(fit.intervals()).isEmpty();
    assertThat(fit.doubts())
        .anyMatch(d -> d.contains("proves nothing"))
        .anyMatch(d -> d.contains("no more points"));
  }

  @Test
  void aPeakBeyondTheMeasurementsIsSaidToBe() {
    ScalabilityFit fit =
        ScalabilityFit.of(
            made(
                new ScalabilityLaw(100, 0.02, 0.0001),
                new double[] {1, 2, 3, 4, 5, 6, 7, 8},
                2,
                0.001,
                3));
    assertThat(fit.law().peak()).isGreaterThan(8);
    assertThat(fit.doubts()).anyMatch(d -> d.contains("beyond what was measured"));
  }

  @Test
  void figuresWithoutAShapeAreDoubted() {
    Random random = new Random(5);
    List<Point> points = new ArrayList<>();
    for (double n : CONNECTIONS) {
      points.add(new Point(n, 100 + 900 * random.nextDouble()));
    }
    assertThat(ScalabilityFit.of(points).doubts()).anyMatch(d -> d.contains("R²"));
  }

  @Test
  void oneOrAllAlikeIsNoReasonToFail() {
    assertThat(ScalabilityFit.of(List.of(new Point(4, 200))).law().throughput(4))
        .isCloseTo(200, within(1e-6));
    ScalabilityFit alike =
        ScalabilityFit.of(made(new ScalabilityLaw(500, 1, 0), CONNECTIONS, 2, 0, 1));
    assertThat(alike.law().throughput(64)).isCloseTo(500, within(1.0));
    assertThat(alike.law().paysUntil()).isEqualTo(1);
  }

  @Test
  void whatIsNoMeasurementIsRefused() {
    for (Point wrong :
        List.of(
            new Point(0, 1), new Point(1, 0), new Point(1, Double.NaN), new Point(Double.NaN, 1))) {
      assertThatThrownBy(() -> ScalabilityFit.of(List.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ScalabilityFit.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itStopsToPayWhereTheNextOneBringsLessThanATenthOfTheFirst() {
    ScalabilityLaw law = new ScalabilityLaw(100, 0.1, 0.01);
    int last = law.paysUntil();
    assertThat(law.throughput(last) - law.throughput(last - 1)).isGreaterThanOrEqualTo(10);
    assertThat(law.throughput(last + 1) - law.throughput(last)).isLessThan(10);
    assertThat(law.peak()).isCloseTo(Math.sqrt(0.9 / 0.01), within(1e-9));
    assertThat(new ScalabilityLaw(100, 0, 0).paysUntil()).isEqualTo(Integer.MAX_VALUE);
    assertThat(new ScalabilityLaw(100, 1.2, 0.01).peak()).isEqualTo(1);
  }
}
