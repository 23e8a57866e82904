package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DropStepTest {

  @Test
  void aStepThatFailsIsTriedSmallerUntilItCannotBe() {
    DropStep step = new DropStep();
    int tries = 1;
    while (step.failed()) {
      tries++;
    }
    assertThat(step.entries()).isEqualTo(1);
    assertThat(tries).isLessThan(20);
    assertThat(step.failed()).isFalse();
    for (int i = 0; i < 20; i++) {
      step.succeeded();
    }
    assertThat(step.entries()).isEqualTo(DropStep.MOST);
  }
}
