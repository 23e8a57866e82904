package io.tola.kernel.key;

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
 * A PKCS #8 PEM file (RFC 7468), as {@code openssl genpkey} makes it, that all nodes share. Made when
 * missing, readable by its owner only; when two nodes make it at once, one file wins and both use it.
 */
public final class PrivateKeyFile {

  private static final Logger LOG = System.getLogger(PrivateKeyFile.class.getName());
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private PrivateKeyFile() {}

  /** Makes a new key. */
  @FunctionalInterface
  public interface Generator {
    /**
     * @return DER of its PKCS #8 form
     */
    byte[] generate() throws GeneralSecurityException;
  }

  /** Understands what the file holds. */
  @FunctionalInterface
  public interface Reader<K> {
    /**
     * @param der of a PKCS #8 form, not checked yet
     * @throws GeneralSecurityException when it isn't a key of the kind expected
     */
    K read(byte[] der) throws GeneralSecurityException;
  }

  /**
   * Reads the key, or makes it.
   *
   * @param purpose what the key is for, in messages: "token", "audit"
   * @throws IllegalStateException when the file can't be read or made, or holds something else
   */
  public static <K> K load(Path file, String purpose, Generator generator, Reader<K> reader) {
    try {
      byte[] der;
      try {
        der = read(file);
      } catch (NoSuchFileException e) {
        create(file, purpose, generator.generate());
        der = read(file);
      }
      K key = reader.read(der);
      warnIfOthersCanRead(file, purpose);
      return key;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "no usable " + purpose + " key in " + file.toAbsolutePath() + ": " + e, e);
    }
  }

  private static byte[] read(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new GeneralSecurityException("expected one PKCS #8 PEM block, PRIVATE KEY");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the PEM block is not Base64", e);
    }
  }

  private static void create(Path file, String purpose, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft =
        Files.createTempFile(
            folder, purpose + "-key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.writeString(
          draft, BEGIN + "\n" + base64 + "\n" + END + "\n", StandardCharsets.US_ASCII);
      // A hard link appears with its whole content or not at all, and never replaces another node's
      // key.
      Files.createLink(file.toAbsolutePath(), draft);
      LOG.log(Level.INFO, "made a new {0} key in {1}", purpose, file.toAbsolutePath());
    } catch (FileAlreadyExistsException e) {
      LOG.log(Level.DEBUG, "another node was first to make the {0} key", purpose);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void warnIfOthersCanRead(Path file, String purpose) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(
            Level.WARNING,
            "everybody on this machine can read the {0} key {1}; chmod 600 it",
            purpose,
            file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "permissions of {0} unknown: {1}", file, e.getMessage());
    }
  }
}
