package io.tola.verifier;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A Merkle tree of RFC 6962, grown from the left by leaves or complete subtrees; it keeps the roots
 * of the largest complete subtrees only.
 */
final class GrowingTree {

  private record Peak(long leaves, byte[] hash) {}

  private final Sha256 sha = new Sha256();

  /** Smallest first. */
  private final Deque<Peak> peaks = new ArrayDeque<>();

  private long size;

  long size() {
    return size;
  }

  void add(byte[] leafHash) {
    add(1, leafHash);
  }

  /**
   * Adds a complete subtree.
   *
   * @throws IllegalArgumentException when a complete subtree of this size can't stand here
   */
  void add(long leaves, byte[] hash) {
    if (leaves < 1 || Long.bitCount(leaves) != 1 || size % leaves != 0) {
      throw new IllegalArgumentException(
          "no complete subtree of " + leaves + " leaves begins at leaf " + size);
    }
    Peak peak = new Peak(leaves, hash);
    while (!peaks.isEmpty() && peaks.peek().leaves == peak.leaves) {
      Peak left = peaks.pop();
      peak = new Peak(2 * peak.leaves, sha.node(left.hash, peak.hash));
    }
    peaks.push(peak);
    size += leaves;
  }

  byte[] root() {
    if (peaks.isEmpty()) {
      return sha.of(new byte[0]);
    }
    Iterator<Peak> fromSmallest = peaks.iterator();
    byte[] root = fromSmallest.next().hash;
    while (fromSmallest.hasNext()) {
      root = sha.node(fromSmallest.next().hash, root);
    }
    return root;
  }
}
