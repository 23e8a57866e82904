package io.tola.jmeter.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Runs of interleaved slices: in each pair the base and the candidate get the same slice, one after the other, in an order drawn by
 * lot. What the machine does meanwhile meets both alike, and the lot makes the comparison exact whatever that is.
 *
 * @param runs how many
 * @param pairs in each
 * @param seed of the lots
 */
public record Trial(int runs, int pairs, long seed) {

  /** One of the two, or the only one. */
  public interface Side {
    /** One slice's figures, by name. */
    Map<String, Double> slice() throws InterruptedException;
  }

  /** Hears of each run as it ends. */
  public interface Listener {
    void ran(int run, Map<String, Double> base, Map<String, Double> candidate);
  }

  /** Every pair, in order. */
  public List<Comparison.Pair> run(Side base, Side candidate, Listener listener)
      throws InterruptedException {
    Random lot = new Random(seed);
    List<Comparison.Pair> all = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      List<Map<String, Double>> of = new ArrayList<>();
      List<Map<String, Double>> against = new ArrayList<>();
      for (int i = 0; i < pairs; i++) {
        boolean baseFirst = lot.nextBoolean();
        Map<String, Double> first = (baseFirst ? base : candidate).slice();
        Map<String, Double> second = (baseFirst ? candidate : base).slice();
        of.add(baseFirst ? first : second);
        against.add(baseFirst ? second : first);
        all.add(new Comparison.Pair(run, of.get(i), against.get(i)));
      }
      listener.ran(run, medians(of), medians(against));
    }
    return all;
  }

  /** Runs of slices of one target alone: the medians of each run. */
  public List<Map<String, Double>> alone(Side side, Listener listener) throws InterruptedException {
    List<Map<String, Double>> all = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      List<Map<String, Double>> slices = new ArrayList<>();
      for (int i = 0; i < 2 * pairs; i++) {
        slices.add(side.slice());
      }
      all.add(medians(slices));
      listener.ran(run, Map.of(), medians(slices));
    }
    return all;
  }

  /** The median of each figure over slices. */
  public static Map<String, Double> medians(List<Map<String, Double>> slices) {
    Map<String, List<Double>> values = new TreeMap<>();
    slices.forEach(
        s ->
            s.forEach(
                (name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(value)));
    Map<String, Double> medians = new TreeMap<>();
    values.forEach(
        (name, of) ->
            medians.put(
                name, Statistics.median(of.stream().mapToDouble(Double::doubleValue).toArray())));
    return medians;
  }
}
