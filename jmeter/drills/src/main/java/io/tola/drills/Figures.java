package io.tola.drills;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Counts and times of a drill's load. Latencies count from when an order was due. */
final class Figures {

  private Figures() {}

  static long count(List<Sent> sent, Answer.Kind kind) {
    return sent.stream().filter(s -> s.kind() == kind).count();
  }

  /** The largest latency; 0 for no orders. */
  static double worst(List<Sent> sent) {
    return sent.stream().mapToDouble(Sent::latency).max().orElse(0);
  }

  /** Milliseconds below which that part of the acknowledged orders lies (nearest rank); NaN for none. */
  static double percentile(List<Sent> sent, double percent) {
    double[] sorted =
        sent.stream()
            .filter(s -> s.kind() == Answer.Kind.ACKNOWLEDGED)
            .mapToDouble(Sent::latency)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
  }

  /** The longest time in which not one order was acknowledged, between the first acknowledgement and the last. */
  static double longestGap(List<Sent> sent) {
    double[] times =
        sent.stream()
            .filter(s -> s.kind() == Answer.Kind.ACKNOWLEDGED)
            .mapToDouble(Sent::ended)
            .sorted()
            .toArray();
    double longest = 0;
    for (int i = 1; i < times.length; i++) {
      longest = Math.max(longest, times[i] - times[i - 1]);
    }
    return longest;
  }

  /** How many of them ended in each second. */
  static List<double[]> perSecond(List<Sent> sent, Predicate<Sent> which) {
    int seconds = seconds(sent);
    double[] counts = new double[seconds];
    sent.stream().filter(which).forEach(s -> counts[(int) (s.ended() / 1000)]++);
    return points(counts);
  }

  /** The largest latency of what was due in each second. */
  static List<double[]> worstPerSecond(List<Sent> sent) {
    double[] worst = new double[seconds(sent)];
    for (Sent s : sent) {
      int second = (int) (s.due() / 1000);
      worst[second] = Math.max(worst[second], s.latency());
    }
    return points(worst);
  }

  private static int seconds(List<Sent> sent) {
    return 1 + (int) (sent.stream().mapToDouble(Sent::ended).max().orElse(0) / 1000);
  }

  private static List<double[]> points(double[] values) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(new double[] {i + 0.5, values[i]});
    }
    return points;
  }
}
