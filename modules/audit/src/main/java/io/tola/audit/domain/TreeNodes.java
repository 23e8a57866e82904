package io.tola.audit.domain;

/** Where the hashes of a Merkle tree's complete subtrees are read. */
@FunctionalInterface
public interface TreeNodes {

  /**
   * The hash of a complete subtree.
   *
   * @param level its height: it spans 2^level leaves
   * @param index how many of its kind stand left of it
   * @throws BrokenTree when it isn't there
   */
  Hash node(int level, long index);
}
