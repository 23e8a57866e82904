package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenMemoryTest {

  private static final int TOKENS = 100;

  /** What {@link Authenticator} does: what is found old is put again. */
  private static Integer show(TokenMemory<Integer> memory, String token) {
    Integer known = memory.young(token);
    if (known == null) {
      known = memory.old(token);
      if (known != null) {
        memory.put(token, known);
      }
    }
    return known;
  }

  @Test
  void whoFillsItPushesOutWhatNobodyShowsAndNotWhatIsInUse() {
    TokenMemory<Integer> memory = new TokenMemory<>(TOKENS, 1_000_000);
    memory.put("used", -1);
    memory.put("unused", -2);
    for (int i = 0; i < 10_000; i++) {
      memory.put("flood " + i, i);
      assertThat(memory.size()).isLessThanOrEqualTo(TOKENS);
      if (i % 10 == 0) {
        assertThat(show(memory, "used")).as("at " + i).isEqualTo(-1);
      }
    }
    assertThat(show(memory, "unused")).isNull();
    assertThat(show(memory, "flood 9999")).isEqualTo(9_999);
  }

  @Test
  void longTokensTakeTheRoomOfMany() {
    TokenMemory<Integer> memory = new TokenMemory<>(TOKENS, 10_000);
    for (int i = 0; i < 1_000; i++) {
      memory.put("x".repeat(1_000) + i, i);
      assertThat(memory.size()).isLessThanOrEqualTo(11);
    }
  }

  @Test
  void whatIsForgottenIsInNeitherGeneration() {
    TokenMemory<Integer> memory = new TokenMemory<>(TOKENS, 1_000_000);
    for (int i = 0; i < 75; i++) {
      memory.put("t" + i, i);
    }
    memory.removeIf(i -> i % 2 == 0);
    memory.remove("t1");
    memory.remove("t73");
    for (int i = 0; i < 75; i++) {
      assertThat(show(memory, "t" + i))
          .isEqualTo(i % 2 == 0 || i == 1 || i == 73 ? null : Integer.valueOf(i));
    }
  }
}
