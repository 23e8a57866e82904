package io.tola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  @Property
  void whatWasWrittenIsReadBack(
      @ForAll @LongRange(min = 0, max = 253_402_300_799_999_999L) long micros,
      @ForAll long high,
      @ForAll long low) {
    var cursor = new Cursor(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), new UUID(high, low));
    assertThat(Cursor.decode(cursor.encode('o'), 'o')).isEqualTo(cursor);
  }

  @Property
  void anyTextIsReadOrRefusedByItsField(@ForAll String text) {
    try {
      Cursor.decode(text, 'o');
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER);
    }
  }

  @Test
  void anotherListsCursorIsRefused() {
    String text = new Cursor(Instant.EPOCH, new UUID(1, 2)).encode('o');
    assertThatThrownBy(() -> Cursor.decode(text, 't')).isInstanceOf(ProblemException.class);
  }

  @Test
  void noTextIsTheFirstPage() {
    assertThat(Cursor.decode(null, 'o')).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 253_402_300_800_000_000L})
  void aTimeTheDatabaseCanNotBeAskedForIsRefused(long micros) {
    byte[] raw = new byte[25];
    raw[0] = 'o';
    java.nio.ByteBuffer.wrap(raw).putLong(1, micros);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    assertThatThrownBy(() -> Cursor.decode(text, 'o')).isInstanceOf(ProblemException.class);
  }
}
