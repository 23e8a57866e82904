package io.tola.verifier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file of signed checkpoints, one behind the other. */
final class CheckpointList {

  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private final TreeMap<Long, Checkpoint> bySize = new TreeMap<>();

  /**
   * Reads them all and says what is wrong with any of them: changed, signed with another key, or two
   * that contradict each other. What a crash cut off and what is of another log is passed over and
   * said.
   */
  static CheckpointList read(String text, List<LogKey> keys, Verdict verdict) {
    CheckpointList list = new CheckpointList();
    List<Checkpoint> all = new ArrayList<>();
    Map<String, Integer> others = new TreeMap<>();
    String[] parts = text.isBlank() ? new String[0] : text.strip().split("\n\\s*\n");
    int number = 0;
    for (int i = 0; i < parts.length; i++) {
      // A note is text, an empty line, signatures; the next begins behind a further empty line.
      if (parts[i].startsWith(Checkpoint.MARK)
          || i + 1 == parts.length
          || !Checkpoint.isSignature(parts[i + 1])) {
        verdict.remark(
            "part "
                + (i + 1)
                + " of the checkpoints' file is passed over: not a whole signed checkpoint ("
                + start(parts[i])
                + ")");
        continue;
      }
      String note = parts[i] + "\n\n" + parts[i + 1] + "\n";
      i++;
      number++;
      String origin = note.substring(0, note.indexOf('\n'));
      if (keys.stream().noneMatch(k -> k.name().equals(origin))) {
        others.merge(
            Checkpoint.isSignedAs(note, origin, keys)
                ? origin + "\", by the same key"
                : origin + "\"",
            1,
            Integer::sum);
        continue;
      }
      try {
        Checkpoint checkpoint = Checkpoint.open(note, keys);
        Checkpoint same = list.bySize.putIfAbsent(checkpoint.size(), checkpoint);
        if (same != null && !Arrays.equals(same.root(), checkpoint.root())) {
          verdict.fault(
              "two checkpoints with "
                  + checkpoint.size()
                  + " entries have different roots: the log was forked");
        }
        all.add(checkpoint);
      } catch (Refused e) {
        verdict.fault("checkpoint " + number + " in the file: " + e.getMessage());
      }
    }
    others.forEach(
        (origin, count) ->
            verdict.remark(count + " checkpoints are passed over: of the log \"" + origin));
    if (parts.length > 0 && all.isEmpty()) {
      verdict.fault("there is no checkpoint of this log in the checkpoints' file");
    }
    shrunk(all, verdict);
    return list;
  }

  private static String start(String part) {
    String line = part.strip().lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return "\"" + (line.length() > 60 ? line.substring(0, 60) + "\u2026" : line) + "\"";
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

  Checkpoint ofSize(long size) {
    return bySize.get(size);
  }

  /** The earliest that has at least so many entries; null when none has. */
  Checkpoint earliestOf(long size) {
    return bySize.tailMap(size, true).values().stream()
        .filter(c -> c.at() != null)
        .min(Comparator.comparing(Checkpoint::at))
        .orElse(null);
  }

  List<Checkpoint> largerThan(long size) {
    return List.copyOf(bySize.tailMap(size, false).values());
  }

  int count() {
    return bySize.size();
  }
}
