package io.tola.kernel.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class PlatformClockTest {

  private final Clock clock = PlatformClock.system();

  @Test
  void instantsHaveWholeMicroseconds() {
    Instant now = clock.instant();
    assertThat(now).isEqualTo(now.truncatedTo(ChronoUnit.MICROS));
  }

  @Test
  void millisecondsCanBeAskedForAndAgreeWithInstants() {
    long before = clock.instant().toEpochMilli();
    assertThat(clock.millis()).isGreaterThanOrEqualTo(before);
  }
}
