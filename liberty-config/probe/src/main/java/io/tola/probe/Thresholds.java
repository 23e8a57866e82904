package io.tola.probe;

/**
 * From when on something is remarkable.
 *
 * @param warnNanos a statement that takes at least so long is kept
 * @param slowNanos and is slow from here on; not below {@code warnNanos}
 * @param repeated executions of one reading statement in a request or transaction
 * @param chatty statements in a request or transaction
 */
public record Thresholds(long warnNanos, long slowNanos, int repeated, int chatty) {

  /** 500 ms, 1,000 ms, ten, fifty. */
  public static final Thresholds DEFAULT = new Thresholds(500_000_000L, 1_000_000_000L, 10, 50);

  public Thresholds {
    if (warnNanos < 1 || slowNanos < warnNanos || repeated < 2 || chatty < 2) {
      throw new IllegalArgumentException(
          "warn from 1 ns, slow not below it, repeated and chatty from 2");
    }
  }
}
