package io.tola.audit.application;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The name of the log that the key signs for, in a file beside the key, because the database must not
 * be what says so: whoever can change its id could have another log signed. Written on first use; an
 * operator confirms another log by adding its name as a line. The last line is the one that counts,
 * those before it are what the log was called earlier.
 */
final class LogNameFile {

  private final Path path;

  LogNameFile(Path key) {
    this.path = key.toAbsolutePath().resolveSibling(key.getFileName() + ".log-name");
  }

  Path path() {
    return path;
  }

  /** All names, the one that counts last; none when there is no file. */
  List<String> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<String> names = lines.stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (names.isEmpty()) {
      throw new IOException("there is no log's name in " + path);
    }
    return names;
  }

  /** Writes the first names, unless another node was first; what the file says then. */
  List<String> first(List<String> names) throws IOException {
    Path draft = Files.createTempFile(path.getParent(), "audit-log-name", ".new");
    try {
      Files.writeString(draft, String.join("\n", names) + "\n");
      // A hard link appears with its whole content or not at all, and never replaces another's.
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      // Another node was first: what it wrote counts.
    } finally {
      Files.deleteIfExists(draft);
    }
    return read();
  }
}
