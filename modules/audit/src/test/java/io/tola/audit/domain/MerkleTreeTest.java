package io.tola.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

  /** The leaves that Certificate Transparency's own tests use. */
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

  @Test
  void rootsAreThoseOfCertificateTransparency() {
    assertThat(rootOf(1))
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assertThat(rootOf(2))
        .isEqualTo("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    assertThat(rootOf(8))
        .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  }

  @Test
  void anEmptyTreeHasNoRoot() {
    assertThatThrownBy(() -> new MerkleTree().root()).isInstanceOf(IllegalStateException.class);
  }

  @Property(tries = 200)
  void growingGivesTheSameRootAsTheDefinition(@ForAll @IntRange(min = 1, max = 300) int size) {
    List<Hash> leaves = new ArrayList<>();
    MerkleTree tree = new MerkleTree();
    for (int i = 0; i < size; i++) {
      Hash leaf = Hash.of(Hash.ENTRY, new byte[] {(byte) i, (byte) (i >> 8)});
      leaves.add(leaf);
      tree.add(leaf);
    }
    assertThat(tree.root()).isEqualTo(definition(leaves));
    assertThat(tree.size()).isEqualTo(size);
  }

  /** RFC 6962, section 2.1, word for word. */
  private static Hash definition(List<Hash> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return leaves.get(0);
    }
    int k = Integer.highestOneBit(n - 1);
    return Hash.node(definition(leaves.subList(0, k)), definition(leaves.subList(k, n)));
  }

  private static String rootOf(int size) {
    MerkleTree tree = new MerkleTree();
    for (String leaf : LEAVES.subList(0, size)) {
      tree.add(Hash.of(Hash.ENTRY, HexFormat.of().parseHex(leaf)));
    }
    return tree.root().hex();
  }
}
