package io.tola.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NoteKeyTest {

  /** RFC 8032, section 7.1, test 1, as PKCS #8 in the form of RFC 8410. */
  private static final byte[] RFC_8032 =
      HexFormat.of()
          .parseHex(
              "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

  private static final Checkpoint CHECKPOINT =
      new Checkpoint("tola/x", 7, LogTree.EMPTY, Instant.parse("2026-11-21T04:00:00.123Z"));

  @Test
  void thePublicKeyIsThatOfTheRfc() throws GeneralSecurityException {
    String[] parts = NoteKey.of("tola/x", RFC_8032).verifierKey().split("\\+", 3);
    byte[] key = Base64.getDecoder().decode(parts[2]);
    assertThat(parts[0]).isEqualTo("tola/x");
    assertThat(key[0]).isEqualTo((byte) 1);
    assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(key, 1, 33)))
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  }

  @Test
  void aSignedCheckpointIsOpenedByItsKeyOnly() throws GeneralSecurityException {
    NoteKey key = NoteKey.of("tola/x", NoteKey.generate());
    String note = key.sign(CHECKPOINT.text());
    assertThat(note).contains("\n\n\u2014 tola/x ");
    assertThat(Checkpoint.parse(key.open(note))).isEqualTo(CHECKPOINT);
    NoteKey other = NoteKey.of("tola/x", NoteKey.generate());
    NoteKey otherName = NoteKey.of("tola/y", RFC_8032);
    for (NoteKey stranger : new NoteKey[] {other, otherName}) {
      assertThatThrownBy(() -> stranger.open(note)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String changed :
        new String[] {note.replace("\n7\n", "\n8\n"), note.replace("2026", "2025"), "x"}) {
      assertThatThrownBy(() -> key.open(changed)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anotherKindOfKeyIsRefused() {
    assertThatThrownBy(() -> NoteKey.of("tola/x", new byte[48]))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
