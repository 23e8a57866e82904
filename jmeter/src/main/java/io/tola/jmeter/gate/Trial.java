package io.tola.jmeter.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Runs of interleaved slices. In a slice each request is sent to the base and to the candidate, one right after the other, in an order
 * drawn by lot: what the machine does meanwhile meets both alike, and the lots make the comparison exact whatever that is.
 *
 * @param runs how many
 * @param slices in each
 * @param seed of the lots
 */
public record Trial(int runs, int slices, long seed) {

  /** Base and candidate together. */
  public interface Both {

    /**
     * One slice.
     *
     * @param candidateFirst which one each pair of requests begins with
     * @return figures of the base and of the candidate, by name
     */
    Two slice(Random candidateFirst) throws InterruptedException;
  }

  /** What a slice found of both. */
  public record Two(Map<String, Double> base, Map<String, Double> candidate) {}

  /** A target alone. */
  public interface Alone {
    /** One slice's figures, by name. */
    Map<String, Double> slice() throws InterruptedException;
  }

  /** Hears of each run as it ends. */
  public interface Listener {
    void ran(int run, Map<String, Double> base, Map<String, Double> candidate);
  }

  /** Every slice, in order. */
  public List<Comparison.Pair> run(Both both, Listener listener) throws InterruptedException {
    Random lot = new Random(seed);
    List<Comparison.Pair> all = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      List<Map<String, Double>> base = new ArrayList<>();
      List<Map<String, Double>> candidate = new ArrayList<>();
      for (int i = 0; i < slices; i++) {
        Two two = both.slice(lot);
        base.add(two.base());
        candidate.add(two.candidate());
        all.add(new Comparison.Pair(run, two.base(), two.candidate()));
      }
      listener.ran(run, medians(base), medians(candidate));
    }
    return all;
  }

  /** Runs of slices of one target alone: the medians of each run. */
  public List<Map<String, Double>> alone(Alone target, Listener listener)
      throws InterruptedException {
    List<Map<String, Double>> all = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      List<Map<String, Double>> of = new ArrayList<>();
      for (int i = 0; i < slices; i++) {
        of.add(target.slice());
      }
      all.add(medians(of));
      listener.ran(run, Map.of(), medians(of));
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
