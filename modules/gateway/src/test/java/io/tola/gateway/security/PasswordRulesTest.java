package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordRulesTest {

  private final PasswordRules rules = new PasswordRules(12);

  @Test
  void whatEverybodyTriesIsRefused() {
    for (String password :
        List.of(
            "short",
            "elevenchars",
            "password1234",
            "Passw0rd!!!!",
            "123456123456",
            "qwertyqwerty1",
            "abcdefghijklm",
            "987654321098",
            "aaaaaaaaaaaaaaaa",
            "ababababababab",
            "anna.k-2026-x!",
            "x".repeat(257))) {
      assertThat(rules.fault("anna.k", password)).as(password).isNotNull();
    }
  }

  @Test
  void longPasswordsOfAnyKindAreTaken() {
    for (String password :
        List.of(
            "correct horse battery staple",
            "mein-hut-der-hat-drei-ecken",
            "9f8c21d07be4",
            "यह एक लंबा पासवर्ड है",
            "my password is a poem about rain")) {
      assertThat(rules.fault("anna.k", password)).as(password).isNull();
    }
  }

  @Test
  void theNextLogoutIsTodaysOrTomorrows() {
    DailyLogout logout = DailyLogout.of("03:00", "Asia/Kolkata");
    assertThat(logout.next(Instant.parse("2026-11-21T21:29:59Z")))
        .isEqualTo(Instant.parse("2026-11-21T21:30:00Z"));
    assertThat(logout.next(Instant.parse("2026-11-21T21:30:00Z")))
        .isEqualTo(Instant.parse("2026-11-22T21:30:00Z"));
    assertThat(DailyLogout.of("off", "Asia/Kolkata").next(Instant.EPOCH)).isEqualTo(Instant.MAX);
  }
}
