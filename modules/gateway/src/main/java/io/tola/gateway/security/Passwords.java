package io.tola.gateway.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2-HMAC-SHA512 with 210,000 iterations (OWASP Password Storage Cheat Sheet, 2023), from the
 * JDK alone. One hash costs about a tenth of a second of a core, which is the point; callers bound
 * how many run at once. Thread-safe.
 */
final class Passwords {

  static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 512;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What unknown users are checked against, so that they take as long as known ones. */
  private static final Hash NOBODY = new Hash(salt(), new byte[HASH_BITS / 8], ITERATIONS);

  private Passwords() {}

  /** A salted hash. */
  @SuppressWarnings(
      "ArrayRecordComponent") // never compared as a whole, only by MessageDigest.isEqual
  record Hash(byte[] salt, byte[] hash, int iterations) {}

  /** Hashes with a new salt. */
  static Hash hash(String password) {
    byte[] salt = salt();
    return new Hash(salt, derive(password, salt, ITERATIONS), ITERATIONS);
  }

  /**
   * Whether the password is the right one, in time that doesn't depend on the answer.
   *
   * @param stored the user's hash, or null for an unknown user: never matches, and takes as long
   */
  static boolean matches(String password, Hash stored) {
    Hash against = stored == null ? NOBODY : stored;
    byte[] derived = derive(password, against.salt(), against.iterations());
    return MessageDigest.isEqual(derived, against.hash()) && stored != null;
  }

  private static byte[] salt() {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return salt;
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no PBKDF2WithHmacSHA512", e);
    } finally {
      spec.clearPassword();
    }
  }
}
