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

  /**
   * Two targets on that machine, one after the other in an order by lot, which is more than the gate asks for: it interleaves by the request.
   *
   * @param factor by which every figure of the candidate is larger
   */
  default Trial.Both both(List<Comparison.Metric> metrics, double factor) {
    return lot -> {
      boolean candidateFirst = lot.nextBoolean();
      Map<String, Double> first = figures(metrics, candidateFirst ? factor : 1);
      Map<String, Double> second = figures(metrics, candidateFirst ? 1 : factor);
      return new Trial.Two(candidateFirst ? second : first, candidateFirst ? first : second);
    };
  }

  private Map<String, Double> figures(List<Comparison.Metric> metrics, double factor) {
    double[] values = next();
    Map<String, Double> figures = new HashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      figures.put(metrics.get(i).name(), values[i] * factor);
    }
    return figures;
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

  /**
   * Recorded slices of two targets that were the same, in blocks of their own order, drawn with replacement: their memory and outliers
   * stay. Which of both is called the candidate is drawn by lot again.
   *
   * @param recorded figures of the one, then those of the other
   */
  static Trial.Both resampled(
      List<double[]> recorded, List<Comparison.Metric> metrics, double factor, long seed) {
    Random random = new Random(seed);
    int[] at = {0, 0};
    return lot -> {
      if (at[1] == 0) {
        at[0] = random.nextInt(recorded.size());
        at[1] = BLOCK;
      }
      at[1]--;
      double[] slice = recorded.get(at[0]++ % recorded.size());
      int base = lot.nextBoolean() ? 0 : metrics.size();
      Map<String, Double> ofBase = new HashMap<>();
      Map<String, Double> ofCandidate = new HashMap<>();
      for (int i = 0; i < metrics.size(); i++) {
        ofBase.put(metrics.get(i).name(), slice[base + i]);
        ofCandidate.put(metrics.get(i).name(), factor * slice[metrics.size() - base + i]);
      }
      return new Trial.Two(ofBase, ofCandidate);
    };
  }

  /** Slices that are drawn together. */
  int BLOCK = 25;

  /** Lines of figures, in the order in which they were measured; others say what they are. */
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
