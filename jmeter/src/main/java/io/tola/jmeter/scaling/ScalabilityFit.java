package io.tola.jmeter.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.fitting.leastsquares.MultivariateJacobianFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.util.Pair;

/**
 * The law that fits measurements best: least squares of throughput (not of its logarithm), by Levenberg and Marquardt, σ and κ at least 0.
 * The bounds are kept by trying each face of the region (both free, one of them 0, both 0) and taking the best that lies within.
 *
 * <p>Intervals are of a bootstrap of residuals: 2.5 to 97.5 per cent of {@value #REPLICAS} fits to the fitted curve with residuals drawn
 * with replacement and widened by √(n/(n−3)), because three parameters have eaten their part of the scatter (Davison and Hinkley,
 * Bootstrap Methods and their Application, 1997, section 6.3). Same data, same intervals.
 *
 * @param law the best
 * @param rSquared of the variance of the throughputs, how much the law explains; NaN when they are all alike
 * @param rmsPct root mean square of the residuals, per cent of the mean throughput
 * @param intervals empty when there are not more points than parameters
 * @param doubts why the figures don't carry what the law says; empty when none was found
 */
public record ScalabilityFit(
    ScalabilityLaw law,
    double rSquared,
    double rmsPct,
    Optional<Intervals> intervals,
    List<String> doubts) {

  /** One measurement: {@code n} of them did {@code throughput}. */
  public record Point(double n, double throughput) {}

  /** From the lower to the upper end, 95 per cent; each of two values. */
  public record Intervals(double[] lambda, double[] sigma, double[] kappa, double[] peak) {}

  private static final int PARAMETERS = 3;
  private static final int REPLICAS = 1000;
  private static final int DISTINCT_WANTED = 6;
  private static final double R_SQUARED_WANTED = 0.9;
  private static final double TINY = 1e-12;

  /**
   * Fits.
   *
   * @param points at least one, N at least 1, throughputs above 0
   * @throws IllegalArgumentException when a point is none
   */
  public static ScalabilityFit of(List<Point> points) {
    if (points.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    for (Point p : points) {
      if (!(p.n >= 1) || !(p.throughput > 0) || Double.isInfinite(p.throughput)) {
        throw new IllegalArgumentException("no measurement: " + p);
      }
    }
    double[] n = points.stream().mapToDouble(Point::n).toArray();
    double[] x = points.stream().mapToDouble(Point::throughput).toArray();
    ScalabilityLaw law = best(n, x);
    double mean = Arrays.stream(x).average().orElseThrow();
    double total = 0;
    for (double value : x) {
      total += (value - mean) * (value - mean);
    }
    double squares = squares(law, n, x);
    double r2 = total > 0 ? 1 - squares / total : Double.NaN;
    Optional<Intervals> intervals =
        n.length > PARAMETERS && distinct(n) >= PARAMETERS
            ? Optional.of(bootstrap(law, n, x))
            : Optional.empty();
    return new ScalabilityFit(
        law,
        r2,
        100 * Math.sqrt(squares / n.length) / mean,
        intervals,
        doubts(law, n, r2, intervals));
  }

  private static long distinct(double[] n) {
    return Arrays.stream(n).distinct().count();
  }

  private static List<String> doubts(
      ScalabilityLaw law, double[] n, double r2, Optional<Intervals> intervals) {
    List<String> doubts = new ArrayList<>();
    double most = Arrays.stream(n).max().orElseThrow();
    if (distinct(n) < DISTINCT_WANTED) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "%d different N for %d parameters: %s",
              distinct(n),
              PARAMETERS,
              distinct(n) <= PARAMETERS
                  ? "the curve can go through all of them, and a good fit proves nothing"
                  : "few to tell contention from coherency"));
    }
    if (intervals.isEmpty()) {
      doubts.add("no more points than parameters: nothing says how sure these are");
    }
    if (!(r2 >= R_SQUARED_WANTED)) {
      doubts.add(
          String.format(Locale.ROOT, "R² is %.2f: the law doesn't describe these figures", r2));
    }
    double peak = law.peak();
    if (peak > most) {
      doubts.add(
          Double.isInfinite(peak)
              ? "no peak within what was measured: where it ends is not known"
              : String.format(
                  Locale.ROOT,
                  "the peak at %.1f lies beyond what was measured (%.0f)",
                  peak,
                  most));
    }
    intervals.ifPresent(
        i -> {
          if (i.kappa[0] <= TINY && law.kappa() > 0) {
            doubts.add("κ can't be told from 0");
          }
          if (i.sigma[0] <= TINY && law.sigma() > 0) {
            doubts.add("σ can't be told from 0");
          }
        });
    return List.copyOf(doubts);
  }

  private static Intervals bootstrap(ScalabilityLaw law, double[] n, double[] x) {
    SplittableRandom random = new SplittableRandom(4711);
    double[] residuals = new double[n.length];
    double mean = 0;
    for (int i = 0; i < n.length; i++) {
      residuals[i] = x[i] - law.throughput(n[i]);
      mean += residuals[i] / n.length;
    }
    double widened = Math.sqrt((double) n.length / (n.length - PARAMETERS));
    double[][] values = new double[4][REPLICAS];
    double[] drawn = new double[n.length];
    for (int r = 0; r < REPLICAS; r++) {
      for (int i = 0; i < n.length; i++) {
        double residual = (residuals[random.nextInt(n.length)] - mean) * widened;
        drawn[i] = Math.max(TINY, law.throughput(n[i]) + residual);
      }
      ScalabilityLaw replica = best(n, drawn);
      values[0][r] = replica.lambda();
      values[1][r] = replica.sigma();
      values[2][r] = replica.kappa();
      values[3][r] = replica.peak();
    }
    return new Intervals(ends(values[0]), ends(values[1]), ends(values[2]), ends(values[3]));
  }

  private static double[] ends(double[] values) {
    Arrays.sort(values);
    return new double[] {
      values[(int) (0.025 * values.length)], values[(int) (0.975 * values.length)]
    };
  }

  static double squares(ScalabilityLaw law, double[] n, double[] x) {
    double sum = 0;
    for (int i = 0; i < n.length; i++) {
      double off = x[i] - law.throughput(n[i]);
      sum += off * off;
    }
    return sum;
  }

  /** Of the four faces of the region, the best that lies within. */
  private static ScalabilityLaw best(double[] n, double[] x) {
    ScalabilityLaw best = onFace(n, x, false, false);
    for (boolean[] free : new boolean[][] {{true, false}, {false, true}, {true, true}}) {
      int parameters = 1 + (free[0] ? 1 : 0) + (free[1] ? 1 : 0);
      if (distinct(n) < parameters) {
        continue;
      }
      ScalabilityLaw law = onFace(n, x, free[0], free[1]);
      if (law != null
          && law.lambda() > 0
          && law.sigma() >= 0
          && law.kappa() >= 0
          && squares(law, n, x) < squares(best, n, x) * (1 - 1e-9)) {
        best = law;
      }
    }
    return best;
  }

  /** Null when the optimizer finds no way. */
  private static ScalabilityLaw onFace(double[] n, double[] x, boolean sigma, boolean kappa) {
    int size = 1 + (sigma ? 1 : 0) + (kappa ? 1 : 0);
    // Per one of them: the mean, or what one alone did.
    double first = 0;
    for (int i = 0; i < n.length; i++) {
      first = Math.max(first, x[i] / n[i]);
    }
    double scale = first;
    double[] start = new double[size];
    start[0] = 1;
    for (int i = 1; i < size; i++) {
      start[i] = i == 1 && sigma ? 0.05 : 0.001;
    }
    MultivariateJacobianFunction model =
        point -> {
          ScalabilityLaw law = law(point.toArray(), sigma, kappa, scale);
          double[] values = new double[n.length];
          RealMatrix jacobian = new Array2DRowRealMatrix(n.length, size);
          for (int i = 0; i < n.length; i++) {
            double below = 1 + law.sigma() * (n[i] - 1) + law.kappa() * n[i] * (n[i] - 1);
            values[i] = law.throughput(n[i]);
            jacobian.setEntry(i, 0, scale * n[i] / below);
            double slope = -law.lambda() * n[i] * (n[i] - 1) / (below * below);
            int at = 1;
            if (sigma) {
              jacobian.setEntry(i, at++, slope);
            }
            if (kappa) {
              jacobian.setEntry(i, at, slope * n[i]);
            }
          }
          return new Pair<>(new ArrayRealVector(values, false), jacobian);
        };
    try {
      double[] found =
          new LevenbergMarquardtOptimizer()
              .optimize(
                  new LeastSquaresBuilder()
                      .start(start)
                      .target(x)
                      .model(model)
                      .maxEvaluations(2000)
                      .maxIterations(2000)
                      .build())
              .getPoint()
              .toArray();
      ScalabilityLaw law = law(found, sigma, kappa, scale);
      return Double.isFinite(squares(law, n, x)) ? law : null;
    } catch (MathIllegalStateException | MathIllegalArgumentException e) {
      // This face leads nowhere; the others are tried, and the one with both at 0 always ends.
      return null;
    }
  }

  private static ScalabilityLaw law(double[] found, boolean sigma, boolean kappa, double scale) {
    return new ScalabilityLaw(
        found[0] * scale, sigma ? found[1] : 0, kappa ? found[sigma ? 2 : 1] : 0);
  }
}
