package io.tola.audit.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * Roots and proofs of the Merkle tree over all entries, RFC 6962 section 2.1, from the hashes of its
 * complete subtrees: each reads some log2(n) of them. As thread-safe as its source.
 */
public final class LogTree {

  /** The root of the tree without leaves: SHA-256 of nothing. */
  public static final Hash EMPTY = Hash.ofNothing();

  private final TreeNodes nodes;

  public LogTree(TreeNodes nodes) {
    this.nodes = nodes;
  }

  /** A complete subtree: its leaves are {@code first} to {@code first + leaves - 1}. */
  public record Subtree(long first, long leaves, Hash hash) {}

  /** The tree's root when it had so many leaves: MTH(D[n]). */
  public Hash root(long size) {
    return size == 0 ? EMPTY : range(0, size);
  }

  /**
   * The audit path of a leaf, lowest hash first: PATH(m, D[n]).
   *
   * @param leaf from 0
   * @param size of the tree, more than {@code leaf}
   */
  public List<Hash> inclusion(long leaf, long size) {
    if (leaf < 0 || leaf >= size) {
      throw new IllegalArgumentException("no leaf " + leaf + " in a tree of " + size);
    }
    List<Hash> path = new ArrayList<>();
    path(leaf, 0, size, path);
    return path;
  }

  private void path(long leaf, long lo, long hi, List<Hash> out) {
    if (hi - lo == 1) {
      return;
    }
    long middle = lo + split(hi - lo);
    if (leaf < middle) {
      path(leaf, lo, middle, out);
      out.add(range(middle, hi));
    } else {
      path(leaf, middle, hi, out);
      out.add(range(lo, middle));
    }
  }

  /**
   * The proof that the tree of {@code second} leaves begins with the tree of {@code first}: PROOF(m,
   * D[n]). Empty when they are equal.
   *
   * @param first 1 to {@code second}
   */
  public List<Hash> consistency(long first, long second) {
    if (first < 1 || first > second) {
      throw new IllegalArgumentException("no proof from " + first + " to " + second);
    }
    List<Hash> proof = new ArrayList<>();
    subproof(first, 0, second, true, proof);
    return proof;
  }

  private void subproof(long m, long lo, long hi, boolean known, List<Hash> out) {
    long n = hi - lo;
    if (m == n) {
      if (!known) {
        out.add(range(lo, hi));
      }
      return;
    }
    long k = split(n);
    if (m <= k) {
      subproof(m, lo, lo + k, known, out);
      out.add(range(lo + k, hi));
    } else {
      subproof(m - k, lo + k, hi, false, out);
      out.add(range(lo, lo + k));
    }
  }

  /** The fewest complete subtrees that together have exactly these leaves, left to right. */
  public List<Subtree> cover(long from, long to) {
    List<Subtree> cover = new ArrayList<>();
    for (long at = from; at < to; ) {
      int level = Math.min(at == 0 ? 62 : Long.numberOfTrailingZeros(at), floorLog2(to - at));
      cover.add(new Subtree(at, 1L << level, nodes.node(level, at >> level)));
      at += 1L << level;
    }
    return cover;
  }

  private Hash range(long lo, long hi) {
    long n = hi - lo;
    if ((n & (n - 1)) == 0) {
      int level = Long.numberOfTrailingZeros(n);
      return nodes.node(level, lo >> level);
    }
    long k = split(n);
    return Hash.node(range(lo, lo + k), range(lo + k, hi));
  }

  /** The largest power of two smaller than n. */
  private static long split(long n) {
    return Long.highestOneBit(n - 1);
  }

  private static int floorLog2(long n) {
    return 63 - Long.numberOfLeadingZeros(n);
  }

  /**
   * Whether a consistency proof shows that the second tree begins with the first: the algorithm of
   * RFC 9162, section 2.1.4.2.
   */
  public static boolean consistent(
      long first, Hash firstRoot, long second, Hash secondRoot, List<Hash> proof) {
    if (first > second || first < 0) {
      return false;
    }
    if (first == second) {
      return proof.isEmpty() && firstRoot.equals(secondRoot);
    }
    if (first == 0) {
      return proof.isEmpty() && firstRoot.equals(EMPTY);
    }
    List<Hash> path = new ArrayList<>(proof);
    if ((first & (first - 1)) == 0) {
      path.add(0, firstRoot);
    }
    if (path.isEmpty()) {
      return false;
    }
    long fn = first - 1;
    long sn = second - 1;
    int shift = Long.numberOfTrailingZeros(~fn);
    fn >>= shift;
    sn >>= shift;
    Hash fr = path.get(0);
    Hash sr = fr;
    for (Hash c : path.subList(1, path.size())) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = Hash.node(c, fr);
        sr = Hash.node(c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = Hash.node(sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
  }
}
