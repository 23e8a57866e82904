package io.tola.jmeter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run did, from its samples: in all, in its steady part, by label, and over time. Latencies are whole answers in milliseconds.
 * Filled by one thread.
 */
final class Figures {

  private static final long LONGEST_MILLIS = 600_000;
  private static final int PIECES = 240;

  private final long from;
  private final long steadyFrom;
  private final long pieceMillis;
  private final Histogram all = histogram();
  private final Histogram steady = histogram();
  private final Map<String, OfLabel> labels = new TreeMap<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private long count;
  private long errors;
  private long steadyUntil;

  /** Requests with one label. */
  static final class OfLabel {
    final Histogram latency = histogram();
    long errors;
  }

  /** What ended within one piece of time. */
  static final class Piece {
    final Histogram latency = histogram();
    long errors;
    int users;
  }

  /**
   * @param from when the load began, milliseconds of the epoch
   * @param expectedMillis how long it lasts
   * @param steadyMillis from its beginning until it is whole
   */
  Figures(long from, long expectedMillis, long steadyMillis) {
    this.from = from;
    this.steadyFrom = from + steadyMillis;
    this.pieceMillis = Math.max(1000, expectedMillis / PIECES / 1000 * 1000);
  }

  private static Histogram histogram() {
    Histogram h = new Histogram(LONGEST_MILLIS, 2);
    h.setAutoResize(true);
    return h;
  }

  /** Its latency is counted from when it was due. */
  void add(Sample s) {
    long latency = Math.min(LONGEST_MILLIS, s.elapsed() + s.late());
    count++;
    all.recordValue(latency);
    if (s.due() >= steadyFrom) {
      steady.recordValue(latency);
      steadyUntil = Math.max(steadyUntil, s.end());
    }
    OfLabel label = labels.computeIfAbsent(s.label(), l -> new OfLabel());
    label.latency.recordValue(latency);
    int at = (int) Math.max(0, (s.end() - from) / pieceMillis);
    while (pieces.size() <= at) {
      pieces.add(new Piece());
    }
    Piece piece = pieces.get(at);
    piece.latency.recordValue(latency);
    // One thread renews tokens.
    piece.users = Math.max(piece.users, s.users() - 1);
    if (!s.success()) {
      errors++;
      label.errors++;
      piece.errors++;
      String why =
          s.label()
              + ": "
              + s.code()
              + (s.failure().isEmpty() ? "" : ", " + shortened(s.failure()));
      if (failures.containsKey(why) || failures.size() < 200) {
        failures.merge(why, 1, Integer::sum);
      }
    }
  }

  private static String shortened(String failure) {
    String line = failure.replaceAll("\\s+", " ").strip();
    return line.length() > 160 ? line.substring(0, 160) + "…" : line;
  }

  long count() {
    return count;
  }

  long errors() {
    return errors;
  }

  double errorPct() {
    return count == 0 ? 100 : 100.0 * errors / count;
  }

  /** Of the steady part. */
  double requestsPerSecond() {
    double seconds = (steadyUntil - steadyFrom) / 1e3;
    return seconds > 0 ? steady.getTotalCount() / seconds : 0;
  }

  /** Of the steady part, milliseconds. */
  double percentile(double percent) {
    return steady.getValueAtPercentile(percent);
  }

  double max() {
    return steady.getMaxValue();
  }

  Map<String, OfLabel> labels() {
    return labels;
  }

  List<Piece> pieces() {
    return pieces;
  }

  double pieceSeconds() {
    return pieceMillis / 1e3;
  }

  /** How many users were at work in the middle one of the moments after the ramp; empty when there was none. */
  OptionalDouble usersHeld(double rampSeconds) {
    int[] users =
        java.util.stream.IntStream.range(0, pieces.size())
            // In the last ones they leave.
            .filter(i -> i * pieceSeconds() >= rampSeconds && i < pieces.size() - 2)
            .map(i -> pieces.get(i).users)
            .sorted()
            .toArray();
    return users.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(users[users.length / 2]);
  }

  /** The most frequent first. */
  Map<String, Integer> failures() {
    Map<String, Integer> sorted = new LinkedHashMap<>();
    failures.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(20)
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  /** The 95th percentile of what ended between two moments of the run, milliseconds; empty when nothing did. */
  OptionalDouble p95Between(double fromSecond, double untilSecond) {
    Histogram between = histogram();
    for (int i = 0; i < pieces.size(); i++) {
      double begins = i * pieceSeconds();
      if (begins >= fromSecond && begins + pieceSeconds() <= untilSecond) {
        between.add(pieces.get(i).latency);
      }
    }
    return between.getTotalCount() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(between.getValueAtPercentile(95));
  }

  /**
   * How long after a wave the 95th percentile is again at most one and a half times (or 10 ms more than, if that is more) what it was
   * between ramp and wave, and stays so over three pieces of time.
   *
   * @return seconds; empty when it didn't come back, or there was nothing before the wave to compare with
   */
  OptionalDouble recovery(double rampSeconds, double waveFrom, double waveUntil) {
    OptionalDouble before = p95Between(rampSeconds, waveFrom);
    if (before.isEmpty()) {
      return OptionalDouble.empty();
    }
    double good = Math.max(before.getAsDouble() * 1.5, before.getAsDouble() + 10);
    int run = 0;
    for (int i = (int) Math.ceil(waveUntil / pieceSeconds()); i < pieces.size(); i++) {
      Histogram latency = pieces.get(i).latency;
      run = latency.getTotalCount() > 0 && latency.getValueAtPercentile(95) <= good ? run + 1 : 0;
      if (run == 3) {
        return OptionalDouble.of(Math.max(0, (i - 2) * pieceSeconds() - waveUntil));
      }
    }
    return OptionalDouble.empty();
  }
}
