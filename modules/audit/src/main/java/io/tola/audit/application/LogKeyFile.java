package io.tola.audit.application;

import io.tola.audit.domain.NoteKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Set;

/**
 * The Ed25519 key that signs checkpoints: a PKCS #8 PEM file (as {@code openssl genpkey -algorithm
 * ed25519} makes it) that all nodes share. Made when missing, readable by its owner only; when two
 * nodes make it at once, one file wins and both use it.
 */
final class LogKeyFile {

  private static final Logger LOG = System.getLogger(LogKeyFile.class.getName());
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private LogKeyFile() {}

  /**
   * Reads the key, or makes it.
   *
   * @param name the log's
   * @throws IllegalStateException when the file can't be read or made, or holds something else
   */
  static NoteKey load(Path file, String name) {
    try {
      try {
        return read(file, name);
      } catch (NoSuchFileException e) {
        create(file);
        return read(file, name);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "no usable audit key in " + file.toAbsolutePath() + ": " + e, e);
    }
  }

  private static NoteKey read(Path file, String name) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new GeneralSecurityException("expected one PKCS #8 PEM block, PRIVATE KEY");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the PEM block is not Base64", e);
    }
    warnIfOthersCanRead(file);
    return NoteKey.of(name, der);
  }

  private static void create(Path file) throws IOException, GeneralSecurityException {
    String pem =
        BEGIN
            + "\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(NoteKey.generate())
            + "\n"
            + END
            + "\n";
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft =
        Files.createTempFile(
            folder, "audit-key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.writeString(draft, pem, StandardCharsets.US_ASCII);
      // A hard link appears with its whole content or not at all, and never replaces another node's
      // key.
      Files.createLink(file.toAbsolutePath(), draft);
      LOG.log(Level.INFO, "made a new audit key in {0}", file.toAbsolutePath());
    } catch (FileAlreadyExistsException e) {
      LOG.log(Level.DEBUG, "another node was first to make the audit key");
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void warnIfOthersCanRead(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(
            Level.WARNING,
            "everybody on this machine can read the audit key {0}; chmod 600 it",
            file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "permissions of {0} unknown: {1}", file, e.getMessage());
    }
  }
}
