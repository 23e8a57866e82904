package io.tola.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * The verification of proofs against vectors of Certificate Transparency, as
 * transparency-dev/merkle keeps them (proof/verify_test.go), and against a tree built naively.
 */
class ProofsTest {

  private static final String[] LEAVES = {
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f"
  };
  private static final String ROOT_5 =
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4";
  private static final String ROOT_6 =
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef";
  private static final String ROOT_8 =
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";

  @Test
  void publishedInclusionProofsLeadToThePublishedRoots() {
    assertThat(
            Proofs.inclusionRoot(
                5,
                8,
                leaf(5),
                hashes(
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")))
        .isEqualTo(hash(ROOT_8));
    assertThat(
            Proofs.inclusionRoot(
                1,
                5,
                leaf(1),
                hashes(
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")))
        .isEqualTo(hash(ROOT_5));
  }

  @Test
  void publishedConsistencyProofsHold() {
    List<byte[]> proof =
        hashes(
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    assertThat(Proofs.consistent(6, hash(ROOT_6), 8, hash(ROOT_8), proof)).isTrue();
    assertThat(Proofs.consistent(6, hash(ROOT_8), 8, hash(ROOT_6), proof)).isFalse();
    assertThat(Proofs.consistent(5, hash(ROOT_6), 8, hash(ROOT_8), proof)).isFalse();
    assertThat(Proofs.consistent(6, hash(ROOT_6), 8, hash(ROOT_8), List.of())).isFalse();
  }

  @Property(tries = 200)
  void everyProofOfANaiveTreeHoldsAndNoChangedOneDoes(
      @ForAll @IntRange(min = 1, max = 200) int size, @ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> leaves = new ArrayList<>();
    GrowingTree grown = new GrowingTree();
    for (int i = 0; i < size; i++) {
      byte[] leaf = new byte[32];
      random.nextBytes(leaf);
      leaves.add(leaf);
      grown.add(leaf);
    }
    byte[] root = mth(leaves);
    assertThat(grown.root()).isEqualTo(root);
    int leaf = random.nextInt(size);
    List<byte[]> path = path(leaf, leaves);
    assertThat(Proofs.inclusionRoot(leaf, size, leaves.get(leaf), path)).isEqualTo(root);
    assertThat(Proofs.inclusionRoot(leaf, size, new byte[32], path)).isNotEqualTo(root);
    assertThat(Proofs.inclusionRoot(size, size, leaves.get(leaf), path)).isNull();
    for (int i = 0; i < path.size(); i++) {
      List<byte[]> changed = new ArrayList<>(path);
      changed.set(i, new byte[32]);
      assertThat(Proofs.inclusionRoot(leaf, size, leaves.get(leaf), changed)).isNotEqualTo(root);
      changed.remove(i);
      assertThat(Proofs.inclusionRoot(leaf, size, leaves.get(leaf), changed)).isNotEqualTo(root);
    }
    List<byte[]> longer = new ArrayList<>(path);
    longer.add(new byte[32]);
    assertThat(Proofs.inclusionRoot(leaf, size, leaves.get(leaf), longer)).isNull();
    int first = 1 + random.nextInt(size);
    byte[] firstRoot = mth(leaves.subList(0, first));
    List<byte[]> proof = subproof(first, leaves, true);
    assertThat(Proofs.consistent(first, firstRoot, size, root, proof)).isTrue();
    assertThat(Proofs.consistent(first, new byte[32], size, root, proof)).isFalse();
  }

  private static byte[] mth(List<byte[]> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return leaves.get(0);
    }
    int k = Integer.highestOneBit(n - 1);
    return new Sha256().node(mth(leaves.subList(0, k)), mth(leaves.subList(k, n)));
  }

  private static List<byte[]> path(int m, List<byte[]> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return List.of();
    }
    int k = Integer.highestOneBit(n - 1);
    boolean left = m < k;
    List<byte[]> path =
        new ArrayList<>(left ? path(m, leaves.subList(0, k)) : path(m - k, leaves.subList(k, n)));
    path.add(mth(left ? leaves.subList(k, n) : leaves.subList(0, k)));
    return path;
  }

  private static List<byte[]> subproof(int m, List<byte[]> leaves, boolean known) {
    int n = leaves.size();
    if (m == n) {
      return known ? List.of() : List.of(mth(leaves));
    }
    int k = Integer.highestOneBit(n - 1);
    boolean left = m <= k;
    List<byte[]> proof =
        new ArrayList<>(
            left
                ? subproof(m, leaves.subList(0, k), known)
                : subproof(m - k, leaves.subList(k, n), false));
    proof.add(mth(left ? leaves.subList(k, n) : leaves.subList(0, k)));
    return proof;
  }

  private static byte[] leaf(int index) {
    return new Sha256().leaf(HexFormat.of().parseHex(LEAVES[index]));
  }

  private static byte[] hash(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static List<byte[]> hashes(String... hexes) {
    return java.util.Arrays.stream(hexes).map(ProofsTest::hash).toList();
  }
}
