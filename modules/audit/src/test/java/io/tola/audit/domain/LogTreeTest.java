package io.tola.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Roots and proofs against vectors that others published, and against RFC 6962's recursive
 * definitions written down word for word.
 *
 * <p>The vectors are those of Certificate Transparency, as transparency-dev/merkle keeps them
 * (testonly/constants.go and proof/verify_test.go); leaves are counted from 0 here, from 1 there.
 */
class LogTreeTest {

  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  /** A tree in memory, grown as the store grows it. */
  static final class Grown implements Tiles.Source {
    final Map<String, Tile> tiles = new HashMap<>();
    final List<Hash> leaves = new ArrayList<>();
    private TileWriter writer = new TileWriter();

    void add(Hash leaf) {
      leaves.add(leaf);
      writer.add(leaf);
    }

    void store() {
      writer.finished().forEach(this::put);
      writer.unfinished(false).forEach(this::put);
    }

    private void put(Tile tile) {
      tiles.put(tile.level() + "/" + tile.index(), tile);
    }

    /** Goes on as another node would: from what is stored. */
    void reopen() {
      store();
      writer = new TileWriter(leaves.size(), this);
    }

    Hash root() {
      return writer.root();
    }

    LogTree tree() {
      store();
      return new LogTree(new Tiles(this));
    }

    @Override
    public Tile read(int level, long index) {
      return tiles.get(level + "/" + index);
    }
  }

  static Grown grown(int size, long seed) {
    Random random = new Random(seed);
    Grown grown = new Grown();
    for (int i = 0; i < size; i++) {
      byte[] leaf = new byte[8];
      random.nextBytes(leaf);
      grown.add(Hash.of(Hash.ENTRY, leaf));
      if (random.nextInt(100) == 0) {
        grown.reopen();
      }
    }
    return grown;
  }

  private static Grown published() {
    Grown grown = new Grown();
    LEAVES.forEach(l -> grown.add(Hash.of(Hash.ENTRY, HexFormat.of().parseHex(l))));
    return grown;
  }

  @Test
  void rootsAreThePublishedOnes() {
    LogTree tree = published().tree();
    for (int size = 0; size < ROOTS.size(); size++) {
      assertThat(tree.root(size).hex()).isEqualTo(ROOTS.get(size));
    }
  }

  @Test
  void inclusionProofsAreThePublishedOnes() {
    LogTree tree = published().tree();
    assertProof(tree.inclusion(0, 1));
    assertProof(tree.inclusion(0, 8), "96a296d2", "5f083f0a", "6b47aaf2");
    assertProof(tree.inclusion(5, 8), "bc1a0643", "ca854ea1", "d37ee418");
    assertProof(tree.inclusion(2, 3), "fac54203");
    assertProof(tree.inclusion(1, 5), "6e340b9c", "5f083f0a", "bc1a0643");
  }

  @Test
  void consistencyProofsAreThePublishedOnes() {
    LogTree tree = published().tree();
    assertProof(tree.consistency(1, 1));
    assertProof(tree.consistency(1, 8), "96a296d2", "5f083f0a", "6b47aaf2");
    assertProof(tree.consistency(6, 8), "0ebc5d34", "ca854ea1", "d37ee418");
    assertProof(tree.consistency(2, 5), "5f083f0a", "bc1a0643");
    assertProof(tree.consistency(6, 7), "0ebc5d34", "b08693ec", "d37ee418");
  }

  private static void assertProof(List<Hash> proof, String... beginnings) {
    assertThat(proof.stream().map(h -> h.hex().substring(0, 8))).containsExactly(beginnings);
  }

  @Property(tries = 60)
  void proofsAreThoseOfTheDefinition(
      @ForAll @IntRange(min = 1, max = 1_500) int size, @ForAll long seed) {
    Grown grown = grown(size, seed);
    LogTree tree = grown.tree();
    List<Hash> leaves = grown.leaves;
    assertThat(grown.root()).isEqualTo(mth(leaves));
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      int end = 1 + random.nextInt(size);
      int leaf = random.nextInt(end);
      int first = 1 + random.nextInt(end);
      assertThat(tree.root(end)).isEqualTo(mth(leaves.subList(0, end)));
      assertThat(tree.inclusion(leaf, end)).isEqualTo(path(leaf, leaves.subList(0, end)));
      List<Hash> proof = tree.consistency(first, end);
      assertThat(proof).isEqualTo(subproof(first, leaves.subList(0, end), true));
      assertThat(LogTree.consistent(first, tree.root(first), end, tree.root(end), proof)).isTrue();
    }
  }

  @Property(tries = 300)
  void noOtherProofShowsConsistency(
      @ForAll @IntRange(min = 2, max = 300) int size, @ForAll long seed) {
    Grown grown = grown(size, seed);
    LogTree tree = grown.tree();
    Random random = new Random(seed);
    int first = 1 + random.nextInt(size - 1);
    List<Hash> proof = tree.consistency(first, size);
    Hash other = Hash.of(Hash.ENTRY, new byte[] {1});
    assertThat(LogTree.consistent(first, other, size, tree.root(size), proof)).isFalse();
    assertThat(LogTree.consistent(first, tree.root(first), size, other, proof)).isFalse();
    for (int i = 0; i <= proof.size(); i++) {
      List<Hash> longer = new ArrayList<>(proof);
      longer.add(i, other);
      assertThat(consistent(tree, first, size, longer)).isFalse();
      if (i < proof.size()) {
        List<Hash> changed = new ArrayList<>(proof);
        changed.set(i, other);
        assertThat(consistent(tree, first, size, changed)).isFalse();
        List<Hash> shorter = new ArrayList<>(proof);
        shorter.remove(i);
        assertThat(consistent(tree, first, size, shorter)).isFalse();
      }
    }
  }

  private static boolean consistent(LogTree tree, int first, int second, List<Hash> proof) {
    return LogTree.consistent(first, tree.root(first), second, tree.root(second), proof);
  }

  @Property(tries = 100)
  void aCoverIsTheFewestCompleteSubtrees(
      @ForAll @IntRange(min = 1, max = 1_000) int size, @ForAll long seed) {
    Grown grown = grown(size, seed);
    Random random = new Random(seed);
    int to = random.nextInt(size + 1);
    int from = random.nextInt(to + 1);
    List<LogTree.Subtree> cover = grown.tree().cover(from, to);
    long at = from;
    for (LogTree.Subtree subtree : cover) {
      assertThat(subtree.first()).isEqualTo(at);
      assertThat(Long.bitCount(subtree.leaves())).isEqualTo(1);
      assertThat(subtree.first() % subtree.leaves()).isZero();
      assertThat(subtree.hash())
          .isEqualTo(mth(grown.leaves.subList((int) at, (int) (at + subtree.leaves()))));
      at += subtree.leaves();
    }
    assertThat(at).isEqualTo(to);
    assertThat(cover.size()).isLessThanOrEqualTo(2 * 10);
  }

  @Test
  void threeLevelsOfTilesAreGrownAndRead() {
    Grown grown = grown(70_001, 7);
    LogTree tree = grown.tree();
    MerkleTree simple = new MerkleTree();
    grown.leaves.forEach(simple::add);
    assertThat(grown.root()).isEqualTo(simple.root());
    assertThat(tree.root(70_001)).isEqualTo(simple.root());
    assertThat(tree.inclusion(65_600, 70_001)).isEqualTo(path(65_600, grown.leaves));
    assertThat(tree.consistency(65_537, 70_001)).isEqualTo(subproof(65_537, grown.leaves, true));
    assertThat(grown.tiles.keySet()).contains("0/0", "0/273", "1/0", "1/1", "2/0");
  }

  @Test
  void tilesThatLackHashesAreAFault() {
    Grown grown = grown(300, 1);
    grown.store();
    Tile first = grown.tiles.get("0/0");
    grown.tiles.put("0/0", new Tile(0, 0, java.util.Arrays.copyOf(first.hashes(), 32 * 5)));
    assertThatThrownBy(() -> new LogTree(new Tiles(grown)).inclusion(3, 300))
        .isInstanceOf(BrokenTree.class);
    grown.tiles.remove("0/1");
    assertThatThrownBy(() -> new TileWriter(300, grown)).isInstanceOf(BrokenTree.class);
  }

  /** MTH, RFC 6962 section 2.1. */
  private static Hash mth(List<Hash> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return leaves.get(0);
    }
    int k = Integer.highestOneBit(n - 1);
    return Hash.node(mth(leaves.subList(0, k)), mth(leaves.subList(k, n)));
  }

  /** PATH, section 2.1.1. */
  private static List<Hash> path(int m, List<Hash> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return List.of();
    }
    int k = Integer.highestOneBit(n - 1);
    List<Hash> path;
    if (m < k) {
      path = new ArrayList<>(path(m, leaves.subList(0, k)));
      path.add(mth(leaves.subList(k, n)));
    } else {
      path = new ArrayList<>(path(m - k, leaves.subList(k, n)));
      path.add(mth(leaves.subList(0, k)));
    }
    return path;
  }

  /** SUBPROOF, section 2.1.2. */
  private static List<Hash> subproof(int m, List<Hash> leaves, boolean b) {
    int n = leaves.size();
    if (m == n) {
      return b ? List.of() : List.of(mth(leaves));
    }
    int k = Integer.highestOneBit(n - 1);
    List<Hash> proof;
    if (m <= k) {
      proof = new ArrayList<>(subproof(m, leaves.subList(0, k), b));
      proof.add(mth(leaves.subList(k, n)));
    } else {
      proof = new ArrayList<>(subproof(m - k, leaves.subList(k, n), false));
      proof.add(mth(leaves.subList(0, k)));
    }
    return proof;
  }
}
