package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {

  @TempDir private Path folder;

  @Test
  void aMissingKeyIsMadeForItsOwnerOnlyAndReadAgain() throws IOException {
    Path file = folder.resolve("new/folder/key.pem");
    SigningKey made = SigningKey.load(file);
    SigningKey read = SigningKey.load(file);

    assertThat(read.id()).isEqualTo(made.id());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void nodesThatStartTogetherAgreeOnOneKey() {
    Path file = folder.resolve("key.pem");
    Set<String> ids = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 8).parallel().forEach(i -> ids.add(SigningKey.load(file).id()));
    assertThat(ids).hasSize(1);
  }

  @Test
  void whatIsNoKeyIsRefusedAndNotReplaced() throws IOException {
    Path file = folder.resolve("key.pem");
    for (String content :
        new String[] {
          "",
          "secret",
          "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
          "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
        }) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> SigningKey.load(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(file.toString());
      assertThat(Files.readString(file)).isEqualTo(content);
    }
  }

  @Test
  void itsTextShowsNoKey() {
    SigningKey key = SigningKey.load(folder.resolve("key.pem"));
    assertThat(key.toString()).isEqualTo("SigningKey[" + key.id() + "]");
  }
}
