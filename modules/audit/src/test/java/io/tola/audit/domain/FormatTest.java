package io.tola.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.port.AuditEntry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The format of the hashes, fixed for ever: the expected digests were computed by another program
 * (Python's hashlib) from the texts the README describes. When this test fails, trails already
 * written can no longer be verified: change the code back, not the test.
 */
class FormatTest {

  private static final AuditEntry ORDER =
      new AuditEntry(
          UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8059"),
          Instant.parse("2025-11-21T09:05:50.123456789Z"),
          "trader1",
          "order_placed",
          "order",
          "01890a5d-ac96-774b-bcce-b302099a8058",
          UUID.fromString("01890A5D-AC96-774B-BCCE-B302099A8057"),
          Map.of(
              "symbol",
              "M&M",
              "quantity",
              10L,
              "price",
              new BigDecimal("2831.40"),
              "tag",
              "a\"b\u0001\u20b9"));

  private static final AuditEntry USER =
      new AuditEntry(
          UUID.fromString("01890a5d-ac96-774b-bcce-b302099a805a"),
          Instant.EPOCH,
          "system",
          "user_created",
          "user",
          "u1",
          null,
          Map.of());

  @Test
  void anEntrysHashIsTheGoldenOne() {
    assertThat(Entry.of(ORDER).hash().hex())
        .isEqualTo("bfa930b80626d965c5ec91e4e069e642a39f008e97acefe43d88d06126ff13c0");
    assertThat(Entry.of(USER).hash().hex())
        .isEqualTo("fff1f6109f423966fa9022fb0672824e13d820218a792a36bafa711bae38f282");
  }

  @Test
  void aBlocksRootAndHashAreTheGoldenOnes() {
    MerkleTree tree = new MerkleTree();
    tree.add(Entry.of(ORDER).hash());
    tree.add(Entry.of(USER).hash());
    assertThat(tree.root().hex())
        .isEqualTo("050ce167a59ae82460095e83ac5ee70a8bfe178640de98f77f0ee55dd7662435");
    assertThat(
            new Block(3, 1, Hash.NONE, tree.root(), 2, Instant.parse("2025-11-21T09:05:50.2Z"))
                .hash()
                .hex())
        .isEqualTo("6f2fdb40833f481162e68dba8ce97e136a3cce193514a97ca7bb5bcf7786b447");
  }

  @Test
  void textThatCanNotBeStoredIsReplacedBeforeItIsHashed() {
    Entry entry =
        Entry.of(
            new AuditEntry(
                USER.id(),
                USER.at(),
                "a\0b",
                "x",
                "y",
                "\ud83d",
                null,
                Map.of("t", "\ud83d\ude00\udc00")));
    assertThat(entry.actor()).isEqualTo("a\ufffdb");
    assertThat(entry.entityId()).isEqualTo("\ufffd");
    assertThat(entry.detail()).isEqualTo("{\"t\":\"\ud83d\ude00\ufffd\"}");
  }

  @Test
  void aFieldCanNotPassForTheDetail() {
    Entry one = new Entry(USER.id(), USER.at(), "a", "x", "y", "z", null, "{}\n{}");
    Entry other = new Entry(USER.id(), USER.at(), "a", "x", "y", "z\n{}", null, "{}");
    assertThat(one.hash()).isNotEqualTo(other.hash());
  }
}
