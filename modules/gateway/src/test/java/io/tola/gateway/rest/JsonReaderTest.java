package io.tola.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  private static final int LIMIT = 10_000;

  private static byte[] body(int size) {
    String frame = "[\"\"]";
    StringBuilder text = new StringBuilder("[");
    while (text.length() + 104 < size) {
      text.append('"').append("x".repeat(100)).append("\",");
    }
    int rest = size - text.length() - frame.length() + 1;
    text.append('"').append("y".repeat(Math.max(0, rest))).append("\"]");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 4_095, 4_096, 4_097, 8_192, 9_999, 10_000})
  void bodiesUpToTheLimitAreReadHoweverTheyArrive(int size) throws IOException {
    byte[] body = body(size);
    assertThat(body).hasSize(size);
    for (String length : new String[] {null, String.valueOf(size)}) {
      assertThat(JsonReader.read(length, new ByteArrayInputStream(body), LIMIT).json().isArray())
          .isTrue();
      assertThat(JsonReader.read(length, new Trickle(body), LIMIT).json().isArray()).isTrue();
    }
  }

  @Test
  void aLargerBodyIsRefusedByItsLengthWithoutReadingIt() {
    assertThat(refused(String.valueOf(LIMIT + 1), InputStream.nullInputStream()))
        .isEqualTo(ProblemCode.TOO_LARGE);
    assertThat(refused("9223372036854775807", InputStream.nullInputStream()))
        .isEqualTo(ProblemCode.TOO_LARGE);
  }

  @Test
  void aLargerChunkedBodyIsRefusedWhileItArrives() {
    assertThat(refused(null, new ByteArrayInputStream(body(LIMIT + 1))))
        .isEqualTo(ProblemCode.TOO_LARGE);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return '[';
          }
        };
    assertThat(refused(null, endless)).isEqualTo(ProblemCode.TOO_LARGE);
  }

  @Test
  void aContentLengthThatLiesDoesNotMatter() throws IOException {
    assertThat(JsonReader.read("1", new ByteArrayInputStream(body(500)), LIMIT).json().isArray())
        .isTrue();
    assertThat(
            JsonReader.read("nonsense", new ByteArrayInputStream(body(500)), LIMIT)
                .json()
                .isArray())
        .isTrue();
    assertThat(JsonReader.read("-5", new ByteArrayInputStream(body(500)), LIMIT).json().isArray())
        .isTrue();
  }

  private static ProblemCode refused(String length, InputStream in) {
    return catchThrowableOfType(ProblemException.class, () -> JsonReader.read(length, in, LIMIT))
        .code();
  }

  /** Gives one byte at a time. */
  private static final class Trickle extends InputStream {
    private final InputStream source;

    Trickle(byte[] bytes) {
      source = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() throws IOException {
      return source.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return source.read(buffer, offset, Math.min(1, length));
    }
  }
}
