package io.tola.verifier;

import java.util.Arrays;
import java.util.List;

/** Verification of Merkle proofs, step by step as RFC 9162 says in 2.1.3.2 and 2.1.4.2. */
final class Proofs {

  private Proofs() {}

  /** The root that an inclusion proof leads to, or null when the proof doesn't fit leaf and size. */
  static byte[] inclusionRoot(long leaf, long size, byte[] leafHash, List<byte[]> path) {
    if (leaf < 0 || leaf >= size) {
      return null;
    }
    Sha256 sha = new Sha256();
    long fn = leaf;
    long sn = size - 1;
    byte[] r = leafHash;
    for (byte[] p : path) {
      if (sn == 0) {
        return null;
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = sha.node(p, r);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        r = sha.node(r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 ? r : null;
  }

  /** Whether the tree of {@code second} leaves begins with the tree of {@code first}. */
  static boolean consistent(
      long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> path) {
    if (first < 1 || first > second) {
      return false;
    }
    if (first == second) {
      return path.isEmpty() && Arrays.equals(firstRoot, secondRoot);
    }
    Sha256 sha = new Sha256();
    int next = 0;
    byte[] fr;
    if (Long.bitCount(first) == 1) {
      fr = firstRoot;
    } else if (path.isEmpty()) {
      return false;
    } else {
      fr = path.get(next++);
    }
    byte[] sr = fr;
    long fn = first - 1;
    long sn = second - 1;
    while ((fn & 1) == 1) {
      fn >>= 1;
      sn >>= 1;
    }
    for (; next < path.size(); next++) {
      byte[] c = path.get(next);
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = sha.node(c, fr);
        sr = sha.node(c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = sha.node(sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && Arrays.equals(fr, firstRoot) && Arrays.equals(sr, secondRoot);
  }
}
