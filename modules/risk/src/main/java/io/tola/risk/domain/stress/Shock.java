package io.tola.risk.domain.stress;

import io.tola.risk.domain.value.ReturnMatrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Shocks and what follows from them. Stateless. */
public final class Shock {

  /** Selling more than this share of a day's volume moves the price against the seller. */
  public static final double PARTICIPATION = 0.1;

  /**
   * Falls of the index at which Indian exchanges halt trading in the whole market (SEBI circular
   * SMDRPD/Policy/Cir-37/2001, 28 June 2001).
   */
  private static final double[] HALTS = {0.10, 0.15, 0.20};

  private Shock() {}

  /** Profit of each position: value times change. */
  public static double[] profits(double[] values, double[] changes) {
    double[] profits = new double[values.length];
    Arrays.setAll(profits, i -> values[i] * changes[i]);
    return profits;
  }

  /**
   * The sessions on which these positions would have lost most, worst first.
   *
   * @param count at most; sessions that didn't lose are not among them
   */
  public static int[] worst(double[] values, ReturnMatrix returns, int count) {
    double[] profits = returns.profits(values);
    return IntStream.range(0, profits.length)
        .filter(t -> profits[t] < 0)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer t) -> profits[t]).thenComparing(t -> t))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Days to be rid of a position without being more than {@link #PARTICIPATION} of the volume.
   *
   * @param averageVolume shares a day, as usual
   * @param factor the shock's volume by the usual one
   * @return NaN without any volume
   */
  public static double daysToSell(long quantity, double averageVolume, double factor) {
    return averageVolume > 0
        ? Math.abs((double) quantity) / (PARTICIPATION * averageVolume * factor)
        : Double.NaN;
  }

  /** The fall at which the market would have been halted; NaN when it wouldn't. */
  public static double halt(double marketChange) {
    double reached = Double.NaN;
    for (double level : HALTS) {
      if (marketChange <= -level) {
        reached = level;
      }
    }
    return reached;
  }
}
