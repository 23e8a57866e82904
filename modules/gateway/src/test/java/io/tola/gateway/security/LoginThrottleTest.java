package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoginThrottleTest {

  private final LoginThrottle throttle = new LoginThrottle(0);

  private boolean fails(String user, String address, long now) {
    return throttle.admit(user, address, now).attempt() == null;
  }

  @Test
  void aUserCanBeGuessedAtTenTimesInFiveMinutesFromWherever() {
    for (int i = 0; i < LoginThrottle.FAILURES_PER_USER; i++) {
      assertThat(fails("trader1", "10.0.0." + i, 0)).isFalse();
    }
    assertThat(fails("trader1", "10.0.0.99", 0)).isTrue();
    assertThat(fails("trader2", "10.0.0.99", 0)).isFalse();
    assertThat(
            fails(
                "trader1",
                "10.0.0.99",
                LoginThrottle.PERIOD_NANOS / LoginThrottle.FAILURES_PER_USER))
        .isFalse();
  }

  @Test
  void anAddressCanGuessFiftyTimesAtWhomever() {
    for (int i = 0; i < LoginThrottle.FAILURES_PER_ADDRESS; i++) {
      assertThat(fails("user" + i, "10.0.0.1", 0)).isFalse();
    }
    assertThat(fails("somebody", "10.0.0.1", 0)).isTrue();
    assertThat(fails("somebody", "10.0.0.2", 0)).isFalse();
  }

  @Test
  void successesDontCount() {
    for (int i = 0; i < 1_000; i++) {
      throttle.admit("trader1", "10.0.0.1", 0).attempt().succeeded();
    }
    assertThat(fails("trader1", "10.0.0.1", 0)).isFalse();
  }

  @Test
  void guessingFromElsewhereDoesNotLockOutWhoHasBeenHereBefore() {
    throttle.admit("trader1", "10.0.0.1", 0).attempt().succeeded();
    for (int i = 0; i < 20; i++) {
      throttle.admit("trader1", "10.6.6." + i, 0);
    }
    assertThat(fails("trader1", "10.6.6.6", 0)).isTrue();
    assertThat(fails("trader1", "10.0.0.1", 0)).isFalse();
  }

  @Test
  void aRefusalSaysHowLongToWait() {
    for (int i = 0; i < LoginThrottle.FAILURES_PER_USER; i++) {
      throttle.admit("trader1", "10.0.0.1", 0);
    }
    assertThat(throttle.admit("trader1", "10.0.0.1", 0).waitNanos())
        .isEqualTo(LoginThrottle.PERIOD_NANOS / LoginThrottle.FAILURES_PER_USER);
  }
}
