package io.tola.audit.application;

import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.NoteKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Signed checkpoints outside of the database, one behind the other with an empty line between. It
 * only grows; what a crash cut off, or another log or key wrote, is passed over in reading.
 */
final class CheckpointFile {

  /** How many notes of a pass are held in memory. */
  static final int AT_ONCE = 1_000;

  private final Path path;

  CheckpointFile(Path path) {
    this.path = path;
  }

  /** What looks like a checkpoint; nobody has looked at its signature. */
  private record Note(Checkpoint checkpoint, String signed) {
    boolean isOf(NoteKey key) {
      try {
        key.open(signed);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }

  /** Reads note by note, because the file has one for each minute of years. */
  private void forEach(Consumer<Note> reader) throws IOException {
    // Not newBufferedReader: half a character, where a crash cut it off, must not hide all the
    // rest.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8))) {
      // Text, signature, text, signature …
      String before = "";
      for (String part = part(lines); !part.isEmpty(); part = part(lines)) {
        Checkpoint checkpoint = parsed(before);
        if (checkpoint != null) {
          reader.accept(new Note(checkpoint, before + "\n" + part));
        }
        before = part;
      }
    } catch (NoSuchFileException e) {
      // Nothing was kept yet.
    }
  }

  /** The next lines up to an empty one; nothing at the end. */
  private static String part(BufferedReader lines) throws IOException {
    StringBuilder part = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isEmpty()) {
        part.append(line).append('\n');
      } else if (part.length() > 0) {
        break;
      }
    }
    return part.toString();
  }

  private static Checkpoint parsed(String text) {
    try {
      return Checkpoint.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // Whatever it was, the next part may begin a checkpoint.
    }
  }

  /** Everything in it that this key signed under one of these names. */
  List<Checkpoint> read(NoteKey key, Set<String> names) throws IOException {
    Map<String, NoteKey> keys = new HashMap<>();
    names.forEach(name -> keys.put(name, key.named(name)));
    List<Checkpoint> found = new ArrayList<>();
    forEach(
        note -> {
          NoteKey named = keys.get(note.checkpoint.origin());
          if (named != null && note.isOf(named)) {
            found.add(note.checkpoint);
          }
        });
    return found;
  }

  /**
   * The names of all logs for which this key signed something in it, whatever name it has now, in the
   * order of what it signed last for each.
   */
  List<String> names(NoteKey key) throws IOException {
    List<String> names = new ArrayList<>();
    forEach(
        note -> {
          String name = note.checkpoint.origin();
          boolean isLast = !names.isEmpty() && names.get(names.size() - 1).equals(name);
          if (!isLast && note.isOf(key.named(name))) {
            names.remove(name);
            names.add(name);
          }
        });
    return names;
  }

  /** A note and the how-manieth it is. */
  private record Numbered(Note note, long number) {
    private static final Comparator<Numbered> BY_SIZE =
        Comparator.comparing((Numbered n) -> n.note.checkpoint.size())
            .thenComparing(Numbered::number);
  }

  /** The largest of the wanted that one of these keys signed no later than this moment. */
  Optional<Checkpoint> largest(
      List<NoteKey> keys, Instant noLaterThan, Predicate<Checkpoint> wanted) throws IOException {
    Map<String, NoteKey> byName = new HashMap<>();
    keys.forEach(key -> byName.put(key.name(), key));
    Numbered below = null;
    while (true) {
      PriorityQueue<Numbered> largest = next(byName.keySet(), noLaterThan, below);
      if (largest.isEmpty()) {
        return Optional.empty();
      }
      List<Numbered> falling = new ArrayList<>(largest);
      falling.sort(Numbered.BY_SIZE.reversed());
      for (Numbered each : falling) {
        Checkpoint checkpoint = each.note.checkpoint;
        if (each.note.isOf(byName.get(checkpoint.origin())) && wanted.test(checkpoint)) {
          return Optional.of(checkpoint);
        }
        below = each;
      }
    }
  }

  /** The largest few below this one, or of all; nobody has looked at their signatures. */
  private PriorityQueue<Numbered> next(Set<String> names, Instant noLaterThan, Numbered below)
      throws IOException {
    PriorityQueue<Numbered> largest = new PriorityQueue<>(Numbered.BY_SIZE);
    AtomicLong number = new AtomicLong();
    forEach(
        note -> {
          Numbered each = new Numbered(note, number.getAndIncrement());
          if (names.contains(note.checkpoint.origin())
              && !note.checkpoint.at().isAfter(noLaterThan)
              && (below == null || Numbered.BY_SIZE.compare(each, below) < 0)) {
            largest.add(each);
            if (largest.size() > AT_ONCE) {
              largest.remove();
            }
          }
        });
    return largest;
  }

  /** Appends a note; returns when it is on the disk. */
  void append(String note) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    String gap = gap();
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap((gap + note + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** What must stand before the next note: nothing, unless a crash cut the last one off. */
  private String gap() throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer end = ByteBuffer.allocate(2);
      channel.position(Math.max(0, channel.size() - 2));
      while (end.hasRemaining() && channel.read(end) >= 0) {
        // two bytes, or what there is
      }
      String last = new String(end.array(), 0, end.position(), StandardCharsets.ISO_8859_1);
      if (last.isEmpty() || last.equals("\n\n")) {
        return "";
      }
      return last.endsWith("\n") ? "\n" : "\n\n";
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
