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
import java.util.ArrayList;
import java.util.List;

/**
 * Signed checkpoints outside of the database, one behind the other with an empty line between. It
 * only grows; what a crash cut off, or another log or key wrote, is passed over in reading.
 */
final class CheckpointFile {

  private final Path path;

  CheckpointFile(Path path) {
    this.path = path;
  }

  /** Everything in it that this key signed. */
  List<Checkpoint> read(NoteKey key) throws IOException {
    String text;
    try {
      // Not readString: half a character, where a crash cut it off, must not hide all the rest.
      text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<Checkpoint> checkpoints = new ArrayList<>();
    // Text, signature, text, signature …
    String[] parts = text.split("\n\n", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      try {
        checkpoints.add(
            Checkpoint.parse(key.open(parts[i].stripLeading() + "\n\n" + parts[i + 1] + "\n")));
      } catch (IllegalArgumentException e) {
        i--; // whatever it was, the next part may begin a checkpoint
      }
    }
    return checkpoints;
  }

  /** Appends a note; returns when it is on the disk. */
  void append(String note) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap((note + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
