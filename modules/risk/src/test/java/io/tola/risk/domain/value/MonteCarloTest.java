package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** That drawing is the same on any number of threads, and draws what it says. */
class MonteCarloTest {

  private static final ExecutorService THREADS = Executors.newFixedThreadPool(7);
  private static final double NORMAL = Double.POSITIVE_INFINITY;

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
  }

  private static double[] loadings() {
    double[] loadings = new double[50];
    for (int i = 0; i < loadings.length; i++) {
      loadings[i] = 100 + 7 * i;
    }
    return loadings;
  }

  @Test
  void theSameSeedGivesTheSameBitsOnAnyNumberOfThreads() {
    for (double freedom : new double[] {NORMAL, 4.5}) {
      double[] alone = MonteCarlo.profits(loadings(), 10_000, freedom, 2026, Blocks.ALONE);
      for (int helpers = 1; helpers <= 7; helpers++) {
        for (int again = 0; again < 5; again++) {
          assertThat(
                  MonteCarlo.profits(
                      loadings(), 10_000, freedom, 2026, Blocks.with(THREADS, helpers)))
              .isEqualTo(alone);
        }
      }
      assertThat(MonteCarlo.profits(loadings(), 10_000, freedom, 2027, Blocks.ALONE))
          .isNotEqualTo(alone);
    }
  }

  @Test
  void moreScenariosBeginWithTheSameOnes() {
    double[] few = MonteCarlo.profits(loadings(), 1_300, NORMAL, 5, Blocks.ALONE);
    double[] many = MonteCarlo.profits(loadings(), 9_000, NORMAL, 5, Blocks.ALONE);
    assertThat(java.util.Arrays.copyOf(many, 1_300)).isEqualTo(few);
  }

  @Test
  void aNormalDrawAgreesWithTheNormalDistribution() {
    Terms terms =
        new Terms(VarMethod.MONTE_CARLO, CovarianceKind.SAMPLE, 0.01, 1, 0.94, 10_000, 5, 42);
    Measured measured =
        PortfolioRisk.byCovariance(
            new double[] {1_000_000, 500_000},
            Covariance.of(new double[][] {{0.0004, 0.0001}, {0.0001, 0.0002}}),
            terms,
            1,
            false,
            Blocks.with(THREADS, 3));
    assertThat(measured.var())
        .isCloseTo(
            KnownTail.normal(0.01).var() * Math.sqrt(550_000_000.0),
            within(3 * measured.varError()));
    assertThat(measured.es())
        .isCloseTo(
            KnownTail.normal(0.01).es() * Math.sqrt(550_000_000.0), within(3 * measured.esError()));
  }

  @Test
  void aThreadPoolThatRefusesLeavesTheWorkToTheCaller() {
    double[] alone = MonteCarlo.profits(loadings(), 3_000, NORMAL, 1, Blocks.ALONE);
    Blocks refused =
        Blocks.with(
            work -> {
              throw new RejectedExecutionException("full");
            },
            3);
    assertThat(MonteCarlo.profits(loadings(), 3_000, NORMAL, 1, refused)).isEqualTo(alone);
    // Or takes the work and never gets to it.
    assertThat(MonteCarlo.profits(loadings(), 3_000, NORMAL, 1, Blocks.with(work -> {}, 3)))
        .isEqualTo(alone);
  }

  @Test
  void fewNumbersWakeNobody() {
    int[] woken = new int[1];
    Blocks blocks = Blocks.with(work -> woken[0]++, 3);
    MonteCarlo.profits(loadings(), 1_500, NORMAL, 1, blocks);
    assertThat(woken[0]).isZero();
    MonteCarlo.profits(loadings(), 10_000, NORMAL, 1, blocks);
    assertThat(woken[0]).isEqualTo(3);
  }

  @Test
  void whatAPieceThrowsReachesTheCaller() {
    assertThatThrownBy(
            () ->
                Blocks.with(THREADS, 3)
                    .run(
                        20,
                        piece -> {
                          if (piece == 13) {
                            throw new IllegalStateException("13");
                          }
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("13");
  }

  @Test
  void standardErrorsAreThoseOfRepeatedDraws() {
    double[] loadings = {1_000};
    int draws = 400;
    double[] vars = new double[draws];
    double[] shortfalls = new double[draws];
    double varError = 0;
    double esError = 0;
    for (int i = 0; i < draws; i++) {
      PortfolioRisk.Drawn drawn =
          PortfolioRisk.Drawn.of(
              MonteCarlo.profits(loadings, 10_000, NORMAL, i, Blocks.ALONE), 0.01);
      vars[i] = drawn.var();
      shortfalls[i] = drawn.es();
      varError += drawn.varError() / draws;
      esError += drawn.esError() / draws;
    }
    assertThat(varError).isCloseTo(deviation(vars), within(0.12 * varError));
    assertThat(esError).isCloseTo(deviation(shortfalls), within(0.12 * esError));
  }

  @Test
  void studentsTIsDrawnWithTheVarianceAskedForAndItsOwnTails() {
    double[] loadings = {600, 800};
    double[] profits = MonteCarlo.profits(loadings, 250_000, 6, 99, Blocks.with(THREADS, 3));
    assertThat(deviation(profits)).isCloseTo(1_000, within(10.0));
    PortfolioRisk.Drawn drawn = PortfolioRisk.Drawn.of(profits, 0.01);
    KnownTail known = KnownTail.student(0.01, 6);
    assertThat(drawn.var()).isCloseTo(1_000 * known.var(), within(4 * drawn.varError()));
    assertThat(drawn.es()).isCloseTo(1_000 * known.es(), within(4 * drawn.esError()));
    assertThat(drawn.es()).isGreaterThan(1_000 * KnownTail.normal(0.01).es());
  }

  private static double deviation(double[] values) {
    double mean = java.util.Arrays.stream(values).average().orElseThrow();
    double squares = java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }
}
