package io.tola.market.domain;

/**
 * Pseudo-random numbers that are the same for the same seed on every Java version: SplitMix64
 * (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) and
 * Box-Muller on {@link StrictMath}. The JDK's generators don't promise their Gaussian algorithm.
 *
 * <p>Not thread-safe. Not for secrets.
 */
final class SeededNoise {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;
  private double spare = Double.NaN;

  private SeededNoise(long state) {
    this.state = state;
  }

  /** A generator of its own for each combination of parts. */
  static SeededNoise of(long seed, long... parts) {
    long state = mix(seed + GOLDEN);
    for (long part : parts) {
      state = mix(state ^ mix(part + GOLDEN));
    }
    return new SeededNoise(state);
  }

  /** A text as a part of a seed; {@link String#hashCode} is specified, so this is stable too. */
  static long part(String text) {
    return mix(text.hashCode());
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  double nextUniform() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Mean 0, standard deviation 1. */
  double nextGaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextUniform()));
    double angle = 2 * StrictMath.PI * nextUniform();
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }
}
