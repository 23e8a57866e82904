package io.tola.verifier;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as RFC 6962 uses it; hashes are arrays of 32 bytes. One a thread. */
final class Sha256 {

  private final MessageDigest digest;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  byte[] of(byte[] bytes) {
    return digest.digest(bytes);
  }

  /** MTH of one leaf: 0x00, the leaf. */
  byte[] leaf(byte[] data) {
    digest.update((byte) 0);
    return digest.digest(data);
  }

  /** MTH of two subtrees: 0x01, left, right. */
  byte[] node(byte[] left, byte[] right) {
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }
}
