package io.tola.risk.domain.value;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Prints what a value at risk costs, and what numpy takes for the same work in the same run, where
 * python3 and numpy are there. Not a test; run its main method. Each figure is the median and the 95th
 * percentile of {@value #RUNS} runs after {@value #WARM} to get warm.
 */
final class VarBench {

  private static final int ASSETS = 50;
  private static final int SCENARIOS = 10_000;
  private static final int DAYS = 2_500;
  private static final int WARM = 3_000;
  private static final int RUNS = 2_000;

  private VarBench() {}

  public static void main(String[] arguments) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "Java %s, %s, %d processors%n",
        System.getProperty("java.version"), System.getProperty("os.arch"), cores);
    ExecutorService others = Executors.newFixedThreadPool(Math.max(1, cores - 1));
    Random random = new Random(1);
    double[][] rows = new double[ASSETS][DAYS];
    for (int t = 0; t < DAYS; t++) {
      double market = 0.01 * random.nextGaussian();
      for (double[] row : rows) {
        row[t] = market + 0.015 * random.nextGaussian();
      }
    }
    ReturnMatrix returns = ReturnMatrix.of(rows);
    ReturnMatrix year = returns.slice(DAYS - 250, DAYS);
    Covariance covariance = Covariance.sample(year);
    double[] values = new double[ASSETS];
    Arrays.setAll(values, i -> 100_000 + 1_000 * i);
    Blocks all = Blocks.with(others, cores - 1);
    for (Blocks blocks : new Blocks[] {Blocks.ALONE, all}) {
      String threads = blocks == all ? cores + " threads" : "1 thread";
      for (VarMethod method : new VarMethod[] {VarMethod.MONTE_CARLO, VarMethod.MONTE_CARLO_T}) {
        Terms terms = terms(method);
        print(
            method.code() + " 10,000 x 50 of a known covariance, VaR and ES, " + threads,
            () -> PortfolioRisk.byCovariance(values, covariance, terms, 1, false, blocks).es());
      }
      print(
          "monte_carlo 10,000 x 50 from 250 sessions, with parts, " + threads,
          () ->
              PortfolioRisk.measure(values, year, terms(VarMethod.MONTE_CARLO), true, blocks).es());
    }
    print(
        "historical 50 x 2,500, VaR and ES, 1 thread",
        () ->
            PortfolioRisk.measure(values, returns, terms(VarMethod.HISTORICAL), false, Blocks.ALONE)
                .es());
    for (VarMethod method :
        new VarMethod[] {
          VarMethod.HISTORICAL, VarMethod.AGE_WEIGHTED, VarMethod.FILTERED_HISTORICAL
        }) {
      print(
          method.code() + " 50 x 2,500, with parts, 1 thread",
          () -> PortfolioRisk.measure(values, returns, terms(method), true, Blocks.ALONE).es());
    }
    others.shutdownNow();
    numpy();
  }

  private static Terms terms(VarMethod method) {
    return new Terms(method, CovarianceKind.SAMPLE, 0.01, 1, 0.97, SCENARIOS, 5, 42);
  }

  private static void print(String what, DoubleSupplier work) {
    double sum = 0;
    // Slow ones get warm in fewer rounds.
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
    for (int i = 0; i < WARM && System.nanoTime() < until; i++) {
      sum += work.getAsDouble();
    }
    long[] nanos = new long[RUNS];
    int runs = 0;
    until = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
    while (runs < RUNS && System.nanoTime() < until) {
      long start = System.nanoTime();
      sum += work.getAsDouble();
      nanos[runs++] = System.nanoTime() - start;
    }
    Arrays.sort(nanos, 0, runs);
    System.out.printf(
        Locale.ROOT,
        "%-75s %7.3f ms  p95 %7.3f ms  (%d runs, %.0f)%n",
        what,
        nanos[runs / 2] / 1e6,
        nanos[runs * 95 / 100] / 1e6,
        runs,
        sum / (2 * RUNS));
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
