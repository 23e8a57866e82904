package io.tola.audit.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * Grows the Merkle tree of one block, entry by entry, and gives its root: the tree of RFC 6962,
 * section 2.1, whose left subtree is always the largest full one. Holds log2(n) hashes, so that a
 * block of any size can be checked in a stream. Not thread-safe.
 */
public final class MerkleTree {

  /** Roots of the full subtrees so far, largest first: one for each 1 in the binary size. */
  private final List<Hash> peaks = new ArrayList<>();

  private long size;

  /** Adds the next entry's hash at the right edge. */
  public void add(Hash entry) {
    Hash node = entry;
    for (long n = size; (n & 1) == 1; n >>= 1) {
      node = Hash.node(peaks.remove(peaks.size() - 1), node);
    }
    peaks.add(node);
    size++;
  }

  /** How many entries were added. */
  public long size() {
    return size;
  }

  /**
   * The root over all entries so far.
   *
   * @throws IllegalStateException when there are none; no block is empty
   */
  public Hash root() {
    if (peaks.isEmpty()) {
      throw new IllegalStateException("an empty block has no root");
    }
    Hash node = peaks.get(peaks.size() - 1);
    for (int i = peaks.size() - 2; i >= 0; i--) {
      node = Hash.node(peaks.get(i), node);
    }
    return node;
  }
}
