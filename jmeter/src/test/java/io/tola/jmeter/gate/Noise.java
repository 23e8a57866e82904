package io.tola.jmeter.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A machine that disturbs a measurement as real ones do: what each next slice would show when nothing changed. */
interface Noise {

  /** Figures of the next slice, 1 being the undisturbed level. */
  double[] next();

  /** A target on that machine whose every figure is so much larger. */
  default Trial.Side side(List<Comparison.Metric> metrics, double factor) {
    return () -> {
      double[] values = next();
      Map<String, Double> figures = new HashMap<>();
      for (int i = 0; i < metrics.size(); i++) {
        figures.put(metrics.get(i).name(), values[i] * factor);
      }
      return figures;
    };
  }

  /**
   * Drift, memory from slice to slice, heavy tails, and now and then a neighbour that takes the processor for some slices; most of it
   * in all figures alike.
   */
  static Noise modelled(int figures, long seed) {
    Random random = new Random(seed);
    double trend = 0.002 * random.nextGaussian();
    return new Noise() {
      private double walk;
      private double memory;
      private int burst;
      private double loud;

      @Override
      public double[] next() {
        walk += trend + 0.01 * random.nextGaussian();
        memory = 0.8 * memory + 0.03 * random.nextGaussian();
        if (burst == 0 && random.nextInt(60) == 0) {
          burst = 1 + random.nextInt(6);
          loud = 0.2 + random.nextDouble();
        }
        double common = walk + memory + (burst > 0 ? loud * random.nextDouble() : 0);
        burst = Math.max(0, burst - 1);
        double[] values = new double[figures];
        for (int i = 0; i < figures; i++) {
          values[i] = Math.exp(common + (i == 2 ? 0.08 : 0.035) * student3(random));
        }
        return values;
      }
    };
  }

  private static double student3(Random random) {
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      double g = random.nextGaussian();
      squares += g * g;
    }
    return random.nextGaussian() / Math.sqrt(squares / 3) / Math.sqrt(3);
  }

  /** Recorded slices, in blocks of their own order, drawn with replacement: their memory and outliers stay. */
  static Noise resampled(List<double[]> recorded, int block, long seed) {
    Random random = new Random(seed);
    return new Noise() {
      private int at;
      private int left;

      @Override
      public double[] next() {
        if (left == 0) {
          at = random.nextInt(recorded.size());
          left = block;
        }
        left--;
        return recorded.get(at++ % recorded.size());
      }
    };
  }

  /** Lines of figures, in the order in which they were measured; the first line names them. */
  static List<double[]> recorded(Path file) {
    try {
      List<double[]> slices = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
          slices.add(
              java.util.Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray());
        }
      }
      return slices;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
