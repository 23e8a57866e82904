package io.tola.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that holds everything one platform remembers: the database, the broker's journal, passwords, keys, logs. Readable by its
 * owner only. At most one process works with it at a time; a lock that ends with the process sees to that.
 */
public final class DataFolder implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  private static final String LOCK = "tola.lock";
  private static final String RUNNING = "running";

  /** Unpacked programs: not data, so starting afresh keeps them. */
  private static final String PROGRAMS = "programs";

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private DataFolder(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Opens the folder, and makes it if it isn't there.
   *
   * @throws StartRefused if another process works with it, or it can't be written
   */
  public static DataFolder open(Path root) throws StartRefused {
    FileChannel channel = null;
    try {
      Files.createDirectories(root);
      restrict(root, "rwx------");
      channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new DataFolder(root, channel, lock);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very JVM; the same answer.
    } catch (IOException e) {
      throw new StartRefused(
          "Can't write to the data folder %s (%s). Choose another: TOLA_DATA=<folder>."
              .formatted(root, e),
          e);
    }
    closeQuietly(channel);
    throw new StartRefused(
        "Tola is already running with the data in %s%s. Stop it first, or start a second one beside it with its own TOLA_DATA and ports."
            .formatted(root, runningNote(root)));
  }

  /** Says who runs, for the message that a second start gets. */
  public void announce(String note) {
    write(root.resolve(RUNNING), note);
  }

  /** Removes everything but unpacked programs. */
  public void wipe() {
    for (Path entry : entries(root)) {
      if (!Set.of(LOCK, PROGRAMS).contains(entry.getFileName().toString())) {
        deleteRecursively(entry);
      }
    }
  }

  /** The folder itself, absolute. */
  public Path root() {
    return root;
  }

  /** Where programs that come packed are unpacked to. */
  public Path programs() {
    return directory(PROGRAMS);
  }

  /** A subfolder, made if missing. */
  public Path directory(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A password that stays the same: made up when first asked for, kept in {@code secrets/<name>}, readable by the owner only. */
  public String secret(String name) {
    Path file = directory("secrets").resolve(name);
    if (!Files.exists(file)) {
      write(file, newPassword());
    }
    return read(file);
  }

  /** The demo users' password: the one given, else the one kept, else a new one. It is kept where people find it. */
  public String demoPassword(String given) {
    Path file = demoPasswordFile();
    if (given != null && !given.isBlank()) {
      write(file, given);
      return given;
    }
    if (!Files.exists(file)) {
      write(file, newPassword());
    }
    return read(file);
  }

  /** The file that holds the demo users' password. */
  public Path demoPasswordFile() {
    return root.resolve("demo-password");
  }

  /** Lets others use the folder. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(root.resolve(RUNNING));
      lock.release();
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process in any case.
    }
  }

  private static String runningNote(Path root) {
    try {
      return " (" + Files.readString(root.resolve(RUNNING)).strip() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private static String newPassword() {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Written beside and moved into place, so that there is never half a password, nor a moment in which others may read it. */
  private static void write(Path file, String text) {
    try {
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(draft);
      Files.createFile(draft);
      restrict(draft, "rw-------");
      Files.write(draft, (text + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(
          draft,
          file,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void restrict(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a folder with all it holds; links are deleted, not followed. */
  static void deleteRecursively(Path path) {
    try {
      if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      List<Path> all;
      try (Stream<Path> walk = Files.walk(path)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
