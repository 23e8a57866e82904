package io.tola.audit.domain;

import java.util.Arrays;

/**
 * Up to 256 neighbouring hashes of the tree, as in C2SP's tlog-tiles: those at height 8 × level, from
 * number 256 × index on. Full tiles never change.
 *
 * @param hashes 32 bytes each, one behind the other
 */
public record Tile(int level, long index, byte[] hashes) {

  /** Hashes in a full tile. */
  public static final int WIDTH = 256;

  /** How many levels of the tree one level of tiles stands for. */
  public static final int HEIGHT = 8;

  /** How many hashes it holds. */
  public int width() {
    return hashes.length / Hash.LENGTH;
  }

  /** One of its hashes. */
  public Hash hash(int place) {
    return Hash.of(Arrays.copyOfRange(hashes, place * Hash.LENGTH, (place + 1) * Hash.LENGTH));
  }

  /** The root over some of its hashes, a power of two of them. */
  public Hash root(int place, int count) {
    return count == 1
        ? hash(place)
        : Hash.node(root(place, count / 2), root(place + count / 2, count / 2));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tile t
        && level == t.level
        && index == t.index
        && Arrays.equals(hashes, t.hashes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes) * 31 + Long.hashCode(index * 8 + level);
  }
}
