package io.tola.audit.application;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The name of the log that the key signs for, in a file beside the key or elsewhere, because the database must not
 * be what says so: whoever can change its id could have another log signed. Written on first use; an
 * operator confirms another log by adding its name as a line. The last line is the one that counts,
 * those before it are what the log was called earlier.
 */
final class LogNameFile {

  private final Path path;

  LogNameFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /** Where it is if nobody says otherwise. */
  static Path beside(Path key) {
    return key.toAbsolutePath().resolveSibling(key.getFileName() + ".log-name");
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
    String text = String.join("\n", names) + "\n";
    Path draft;
    try {
      draft = Files.createTempFile(path.getParent(), "audit-log-name", ".new");
    } catch (IOException e) {
      throw new IOException(
          "can't write to the folder of "
              + path
              + ", where it must stand for which log the audit key signs: make it writable, or name a"
              + " file elsewhere, which the nodes share and the database's administrators can't write,"
              + " in tola.audit.log-name-file",
          e);
    }
    try {
      Files.writeString(draft, text);
      // A hard link appears with its whole content or not at all, and never replaces another's.
      link(draft, text);
    } catch (FileAlreadyExistsException e) {
      // Another node was first: what it wrote counts.
    } finally {
      Files.deleteIfExists(draft);
    }
    return read();
  }

  private void link(Path draft, String text) throws IOException {
    try {
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // There are no hard links here. A new file never replaces another's either, only a crash
      // could
      // leave half a name in it, which is none and signs nothing.
      Files.writeString(path, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }
}
