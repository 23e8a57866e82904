package io.tola.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** A file of signed checkpoints, one behind the other. */
final class CheckpointList {

  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private final TreeMap<Long, Checkpoint> bySize = new TreeMap<>();

  /**
   * Reads them all and says what is wrong with any of them: not signed, or two that contradict each
   * other.
   */
  static CheckpointList read(String text, List<LogKey> keys, Verdict verdict) {
    CheckpointList list = new CheckpointList();
    List<String> notes = split(text);
    List<Checkpoint> all = new ArrayList<>();
    for (int i = 0; i < notes.size(); i++) {
      try {
        Checkpoint checkpoint = Checkpoint.open(notes.get(i), keys);
        Checkpoint same = list.bySize.putIfAbsent(checkpoint.size(), checkpoint);
        if (same != null && !Arrays.equals(same.root(), checkpoint.root())) {
          verdict.fault(
              "two checkpoints with "
                  + checkpoint.size()
                  + " entries have different roots: the log was forked");
        }
        all.add(checkpoint);
      } catch (Refused e) {
        verdict.fault("checkpoint " + (i + 1) + " in the file: " + e.getMessage());
      }
    }
    shrunk(all, verdict);
    return list;
  }

  /** Nodes share a file and their clocks differ a little, so that neighbours may be exchanged. */
  private static void shrunk(List<Checkpoint> all, Verdict verdict) {
    List<Checkpoint> byTime =
        all.stream()
            .filter(c -> c.at() != null)
            .sorted(Comparator.comparing(Checkpoint::at))
            .toList();
    int earlier = 0;
    Checkpoint largest = null;
    for (Checkpoint checkpoint : byTime) {
      while (byTime.get(earlier).at().plus(CLOCKS).isBefore(checkpoint.at())) {
        Checkpoint candidate = byTime.get(earlier++);
        largest = largest == null || candidate.size() > largest.size() ? candidate : largest;
      }
      if (largest != null && checkpoint.size() < largest.size()) {
        verdict.fault(
            "a checkpoint in the file has "
                + checkpoint.words()
                + ", fewer than an earlier one with "
                + largest.words());
      }
    }
  }

  /** A note is text, an empty line, signatures; the next begins behind a further empty line. */
  private static List<String> split(String text) {
    List<String> notes = new ArrayList<>();
    String[] parts = text.strip().split("\n\n+");
    if (text.isBlank()) {
      return notes;
    }
    for (int i = 0; i < parts.length; i += 2) {
      notes.add(i + 1 < parts.length ? parts[i] + "\n\n" + parts[i + 1] + "\n" : parts[i]);
    }
    return notes;
  }

  Checkpoint ofSize(long size) {
    return bySize.get(size);
  }

  List<Checkpoint> largerThan(long size) {
    return List.copyOf(bySize.tailMap(size, false).values());
  }

  int count() {
    return bySize.size();
  }
}
