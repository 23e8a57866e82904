package io.tola.risk.domain.value;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What a value at risk costs (JMH), and what numpy takes for the same work in the same run, where python3
 * and numpy are there. Not a test:
 *
 * <pre>mvn -q -Pjmh -pl modules/risk -am process-test-classes -Djmh.only=VarBench</pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VarBench {

  private static final int ASSETS = 50;
  private static final int SCENARIOS = 10_000;
  private static final int DAYS = 2_500;

  /**
   * Runs benchmarks, then numpy.
   *
   * @param arguments which benchmarks, as a regular expression
   */
  public static void main(String[] arguments) throws RunnerException, InterruptedException {
    new Runner(new OptionsBuilder().include(arguments[0]).build()).run();
    numpy();
  }

  /** 50 positions with ten years of returns. */
  @State(Scope.Benchmark)
  public static class Portfolio {
    final double[] values = new double[ASSETS];
    ReturnMatrix returns;
    ReturnMatrix year;
    Covariance covariance;

    @Setup
    public void draw() {
      Random random = new Random(1);
      double[][] rows = new double[ASSETS][DAYS];
      for (int t = 0; t < DAYS; t++) {
        double market = 0.01 * random.nextGaussian();
        for (double[] row : rows) {
          row[t] = market + 0.015 * random.nextGaussian();
        }
      }
      returns = ReturnMatrix.of(rows);
      year = returns.slice(DAYS - 250, DAYS);
      covariance = Covariance.sample(year);
      Arrays.setAll(values, i -> 100_000 + 1_000 * i);
    }
  }

  /** The caller's thread and others. */
  @State(Scope.Benchmark)
  public static class Threads {
    @Param({"1", "2"})
    int threads;

    ExecutorService others;
    Blocks blocks;

    @Setup(Level.Trial)
    public void start() {
      others = threads == 1 ? null : Executors.newFixedThreadPool(threads - 1);
      blocks = threads == 1 ? Blocks.ALONE : Blocks.with(others, threads - 1);
    }

    @TearDown(Level.Trial)
    public void stop() {
      if (others != null) {
        others.shutdownNow();
      }
    }
  }

  private static Terms terms(VarMethod method) {
    return new Terms(method, CovarianceKind.SAMPLE, 0.01, 1, 0.97, SCENARIOS, 5, 42);
  }

  /** 10,000 × 50 of a known covariance, VaR and ES: the budget is 6 ms. */
  @Benchmark
  public Measured monteCarlo(Portfolio p, Threads t) {
    return PortfolioRisk.byCovariance(
        p.values, p.covariance, terms(VarMethod.MONTE_CARLO), 1, false, t.blocks);
  }

  @Benchmark
  public Measured monteCarloStudent(Portfolio p, Threads t) {
    return PortfolioRisk.byCovariance(
        p.values, p.covariance, terms(VarMethod.MONTE_CARLO_T), 1, false, t.blocks);
  }

  /** As {@code /risk/var} asks for it: from 250 sessions, with parts. */
  @Benchmark
  public Measured monteCarloFrom250WithParts(Portfolio p, Threads t) {
    return PortfolioRisk.measure(p.values, p.year, terms(VarMethod.MONTE_CARLO), true, t.blocks);
  }

  /** 50 × 2,500, VaR and ES: the budget is 2 ms. */
  @Benchmark
  public Measured historical(Portfolio p) {
    return measure(p, VarMethod.HISTORICAL, false);
  }

  /** The same with parts: 101 quantiles. */
  @Benchmark
  public Measured historicalWithParts(Portfolio p) {
    return measure(p, VarMethod.HISTORICAL, true);
  }

  @Benchmark
  public Measured ageWeightedWithParts(Portfolio p) {
    return measure(p, VarMethod.AGE_WEIGHTED, true);
  }

  @Benchmark
  public Measured filteredHistoricalWithParts(Portfolio p) {
    return measure(p, VarMethod.FILTERED_HISTORICAL, true);
  }

  private static Measured measure(Portfolio p, VarMethod method, boolean parts) {
    return PortfolioRisk.measure(p.values, p.returns, terms(method), parts, Blocks.ALONE);
  }

  /** The same work in numpy: once as it is usually written, once with the portfolio put in first. */
  private static final String SCRIPT =
      String.join(
          "\n",
          "import time, numpy as np",
          "n, s, d = 50, 10000, 2500",
          "r = np.random.default_rng(1)",
          "ret = 0.01 * r.standard_normal((d, 1)) + 0.015 * r.standard_normal((d, n))",
          "v = 100000 + 1000.0 * np.arange(n)",
          "cov = np.cov(ret[-250:].T)",
          "def tail(p, a):",
          "    k = int(np.ceil(a * len(p) - 1e-9))",
          "    w = np.partition(p, k - 1)[:k]",
          "    return -w.max(), -w.mean()",
          "def mc():",
          "    z = np.random.default_rng(42).standard_normal((s, n))",
          "    return tail((z @ np.linalg.cholesky(cov).T) @ v, 0.01)",
          "def mc2():",
          "    z = np.random.default_rng(42).standard_normal((s, n))",
          "    return tail(z @ (np.linalg.cholesky(cov).T @ v), 0.01)",
          "def hist():",
          "    return tail(ret @ v, 0.01)",
          "print('numpy', np.__version__)",
          "for name, f in (('monte carlo 10,000 x 50, VaR and ES', mc),",
          "        ('monte carlo, (L\\'v)\\'z as above', mc2), ('historical 50 x 2,500', hist)):",
          "    for _ in range(50): f()",
          "    t = []",
          "    for _ in range(300):",
          "        a = time.perf_counter(); f(); t.append(time.perf_counter() - a)",
          "    t.sort()",
          "    print('%-75s %7.3f ms  p95 %7.3f ms' % ('numpy ' + name, 1e3 * t[150], 1e3 * t[285]))");

  private static void numpy() throws InterruptedException {
    try {
      Process python = new ProcessBuilder("python3", "-").redirectErrorStream(true).start();
      try (var in = python.getOutputStream()) {
        in.write(SCRIPT.getBytes(StandardCharsets.UTF_8));
      }
      System.out.print(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      python.waitFor();
    } catch (IOException e) {
      System.out.println("no python3: " + e.getMessage());
    }
  }
}
