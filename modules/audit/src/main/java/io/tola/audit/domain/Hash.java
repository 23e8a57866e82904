package io.tola.audit.domain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A SHA-256 digest of 32 bytes (FIPS 180-4), equal by content.
 *
 * <p>The first byte of what is hashed says what it is, so that no entry can be passed for a node or
 * a block: 0x00 entry, 0x01 inner node (both as in RFC 6962, section 2.1), 0x02 block.
 */
public final class Hash {

  /** Length of the digest in bytes. */
  public static final int LENGTH = 32;

  /** What the first block of a chain names as its predecessor: 32 zero bytes. */
  public static final Hash NONE = new Hash(new byte[LENGTH]);

  static final byte ENTRY = 0;
  static final byte NODE = 1;
  static final byte BLOCK = 2;

  // Not thread-safe, and asking the providers for a new one costs more than a hash does.
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });

  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A digest read from storage.
   *
   * @throws IllegalArgumentException when it isn't 32 bytes long
   */
  public static Hash of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + bytes.length);
    }
    return new Hash(bytes.clone());
  }

  /** The digest of a prefix byte and the parts, one behind the other. */
  static Hash of(byte prefix, byte[]... parts) {
    MessageDigest digest = SHA256.get();
    digest.update(prefix);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return new Hash(digest.digest());
  }

  /** The digest of no bytes at all. */
  static Hash ofNothing() {
    return new Hash(SHA256.get().digest());
  }

  /** The inner node over two nodes. */
  static Hash node(Hash left, Hash right) {
    return of(NODE, left.bytes, right.bytes);
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash h && Arrays.equals(bytes, h.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
