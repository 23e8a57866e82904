package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
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
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Set;

/**
 * The RSA key that signs tokens: a PKCS #8 PEM file that all nodes share. Made when missing,
 * readable by its owner only; when two nodes make it at once, one file wins and both use it.
 *
 * @param id RFC 7638 thumbprint, the {@code kid} of tokens
 */
record SigningKey(RSAPrivateCrtKey privateKey, RSAPublicKey publicKey, String id) {

  private static final Logger LOG = System.getLogger(SigningKey.class.getName());
  private static final int BITS = 2048;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /**
   * Reads the key, or makes it.
   *
   * @throws IllegalStateException when the file can't be read or made, or holds something else
   */
  static SigningKey load(Path file) {
    try {
      try {
        return read(file);
      } catch (NoSuchFileException e) {
        create(file);
        return read(file);
      }
    } catch (IOException | GeneralSecurityException | JOSEException e) {
      throw new IllegalStateException(
          "no usable token key in " + file.toAbsolutePath() + ": " + e, e);
    }
  }

  private static SigningKey read(Path file)
      throws IOException, GeneralSecurityException, JOSEException {
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
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    if (!(rsa.generatePrivate(new PKCS8EncodedKeySpec(der)) instanceof RSAPrivateCrtKey key)) {
      throw new GeneralSecurityException("expected an RSA key with its public part");
    }
    if (key.getModulus().bitLength() < BITS) {
      throw new GeneralSecurityException("the key has fewer than " + BITS + " bits");
    }
    RSAPublicKey publicKey =
        (RSAPublicKey)
            rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    warnIfOthersCanRead(file);
    return new SigningKey(
        key, publicKey, new RSAKey.Builder(publicKey).build().computeThumbprint().toString());
  }

  private static void create(Path file) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
    String pem =
        BEGIN
            + "\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n"
            + END
            + "\n";
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft =
        Files.createTempFile(
            folder, "jwt-key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.writeString(draft, pem, StandardCharsets.US_ASCII);
      // A hard link appears with its whole content or not at all, and never replaces another node's
      // key.
      Files.createLink(file.toAbsolutePath(), draft);
      LOG.log(Level.INFO, "made a new token key in {0}", file.toAbsolutePath());
    } catch (FileAlreadyExistsException e) {
      LOG.log(Level.DEBUG, "another node was first to make the token key");
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void warnIfOthersCanRead(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(
            Level.WARNING,
            "everybody on this machine can read the token key {0}; chmod 600 it",
            file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "permissions of {0} unknown: {1}", file, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
