package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PasswordsTest {

  @Test
  void onlyTheRightPasswordMatches() {
    Passwords.Hash hash = Passwords.hash("correct horse");
    assertThat(Passwords.matches("correct horse", hash)).isTrue();
    assertThat(Passwords.matches("correct horsf", hash)).isFalse();
    assertThat(Passwords.matches("correct horse", null)).isFalse();
  }

  @Test
  void theSamePasswordHasAnotherHashEachTime() {
    Passwords.Hash one = Passwords.hash("password");
    Passwords.Hash two = Passwords.hash("password");
    assertThat(one.salt()).isNotEqualTo(two.salt());
    assertThat(one.hash()).isNotEqualTo(two.hash()).hasSize(64);
    assertThat(one.iterations()).isGreaterThanOrEqualTo(210_000);
  }

  @Test
  void passwordsMayHoldAnyCharacter() {
    String password = "p\u00e4ss \u20ac \ud83d\ude00";
    assertThat(Passwords.matches(password, Passwords.hash(password))).isTrue();
    assertThat(Passwords.hash(password).toString().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
  }
}
