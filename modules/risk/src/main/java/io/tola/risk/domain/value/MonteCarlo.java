package io.tola.risk.domain.value;

import org.apache.commons.rng.JumpableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Draws profits and losses of a portfolio whose assets move together.
 *
 * <p>Each scenario draws one standard normal number for every independent source of risk; returns are
 * Lz with L the covariance's root, mean zero, and the profit is v′(Lz), worked out as (L′v)′z, which is
 * the same number by fewer steps. Student's t: all returns of a scenario are scaled by √((ν − 2) / χ²ν),
 * so that they have the covariance asked for (a plain multivariate t with that scale matrix would have
 * ν / (ν − 2) times as much), and fall together more often than normal ones.
 *
 * <p>The same seed gives the same bits on one processor architecture, whatever the number of threads:
 * scenarios are drawn in blocks of {@value #BLOCK}, each from a stream of its own, 2¹²⁸ numbers behind
 * the one before (xoshiro256++, jumped), and each writes only its own places. The ziggurat is
 * McFarland's (2016). Both are Apache Commons RNG's.
 */
final class MonteCarlo {

  static final int BLOCK = 512;

  /** Fewer numbers than this are drawn by the caller's thread alone; a third of a millisecond. */
  private static final long WORTH_A_THREAD = 100_000;

  private MonteCarlo() {}

  /**
   * @param loadings L′v, rupees
   * @param degreesOfFreedom above 2, or infinite for normal returns
   */
  static double[] profits(
      double[] loadings, int scenarios, double degreesOfFreedom, long seed, Blocks blocks) {
    double[] profits = new double[scenarios];
    int pieces = (scenarios + BLOCK - 1) / BLOCK;
    JumpableUniformRandomProvider[] streams = new JumpableUniformRandomProvider[pieces];
    JumpableUniformRandomProvider source =
        (JumpableUniformRandomProvider) RandomSource.XO_SHI_RO_256_PP.create(seed);
    for (int i = 0; i < pieces; i++) {
      streams[i] = (JumpableUniformRandomProvider) source.jump();
    }
    // To wake a thread takes as long as some tens of thousands of numbers.
    Blocks worth = (long) scenarios * loadings.length < WORTH_A_THREAD ? Blocks.ALONE : blocks;
    worth.run(
        pieces,
        piece -> {
          int from = piece * BLOCK;
          int to = Math.min(scenarios, from + BLOCK);
          // A copy, in the memory of the thread that draws: streams made one after the other lie
          // side by
          // side, and two threads that write to neighbours wait for each other's cache line at each
          // draw.
          UniformRandomProvider own = streams[piece].jump();
          if (Double.isInfinite(degreesOfFreedom)) {
            normal(loadings, profits, from, to, own);
          } else {
            student(loadings, profits, from, to, own, degreesOfFreedom);
          }
        });
    return profits;
  }

  private static void normal(
      double[] loadings, double[] profits, int from, int to, UniformRandomProvider stream) {
    SharedStateContinuousSampler gauss = ZigguratSampler.NormalizedGaussian.of(stream);
    for (int s = from; s < to; s++) {
      double profit = 0;
      for (double loading : loadings) {
        profit += loading * gauss.sample();
      }
      profits[s] = profit;
    }
  }

  private static void student(
      double[] loadings,
      double[] profits,
      int from,
      int to,
      UniformRandomProvider stream,
      double degreesOfFreedom) {
    SharedStateContinuousSampler gauss = ZigguratSampler.NormalizedGaussian.of(stream);
    // χ² with ν degrees of freedom is a gamma of shape ν / 2 and scale 2.
    SharedStateContinuousSampler chiSquare =
        AhrensDieterMarsagliaTsangGammaSampler.of(stream, degreesOfFreedom / 2, 2);
    for (int s = from; s < to; s++) {
      double profit = 0;
      for (double loading : loadings) {
        profit += loading * gauss.sample();
      }
      profits[s] = profit * Math.sqrt((degreesOfFreedom - 2) / chiSquare.sample());
    }
  }
}
