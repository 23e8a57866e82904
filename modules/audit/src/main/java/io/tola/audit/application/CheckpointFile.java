package io.tola.audit.application;

import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.NoteKey;
import java.io.IOException;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Signed checkpoints outside of the database, one behind the other with an empty line between. It
 * only grows; what a crash cut off, or another log or key wrote, is passed over in reading.
 */
final class CheckpointFile {

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

  private List<Note> notes() throws IOException {
    String text;
    try {
      // Not readString: half a character, where a crash cut it off, must not hide all the rest.
      text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<Note> notes = new ArrayList<>();
    // Text, signature, text, signature …
    String[] parts = text.split("\n\n", -1);
    for (int i = 0; i + 1 < parts.length; i++) {
      try {
        String start = parts[i].stripLeading() + "\n";
        notes.add(new Note(Checkpoint.parse(start), start + "\n" + parts[i + 1] + "\n"));
      } catch (IllegalArgumentException e) {
        // Whatever it was, the next part may begin a checkpoint.
      }
    }
    return notes;
  }

  /** Everything in it that this key signed under its name. */
  List<Checkpoint> read(NoteKey key) throws IOException {
    return notes().stream()
        .filter(n -> n.checkpoint.origin().equals(key.name()) && n.isOf(key))
        .map(Note::checkpoint)
        .toList();
  }

  /**
   * The names of all logs for which this key signed something in it, whatever name it has now, in the
   * order of what it signed last for each.
   */
  List<String> names(NoteKey key) throws IOException {
    List<String> names = new ArrayList<>();
    for (Note note : notes()) {
      String name = note.checkpoint.origin();
      boolean isLast = !names.isEmpty() && names.get(names.size() - 1).equals(name);
      if (!isLast && note.isOf(key.named(name))) {
        names.remove(name);
        names.add(name);
      }
    }
    return names;
  }

  /** The largest of the wanted that one of these keys signed no later than this moment. */
  Optional<Checkpoint> largest(
      List<NoteKey> keys, Instant noLaterThan, Predicate<Checkpoint> wanted) throws IOException {
    return notes().stream()
        .filter(n -> !n.checkpoint.at().isAfter(noLaterThan))
        .sorted(Comparator.comparing((Note n) -> n.checkpoint.size()).reversed())
        .filter(
            n -> keys.stream().anyMatch(k -> k.name().equals(n.checkpoint.origin()) && n.isOf(k)))
        .map(Note::checkpoint)
        .filter(wanted)
        .findFirst();
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
