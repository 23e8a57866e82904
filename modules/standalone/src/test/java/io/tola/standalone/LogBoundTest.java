package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBoundTest {

  @TempDir private Path directory;

  @Test
  void whatHasGrownTooLargeBeginsAnewAndItsWriterGoesOn() throws Exception {
    Path file = directory.resolve("postgresql.log");
    try (OutputStream writer =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write("short".getBytes(StandardCharsets.UTF_8));
      assertThat(LogBound.cut(file, 5)).isFalse();
      writer.write(" and long".getBytes(StandardCharsets.UTF_8));
      assertThat(LogBound.cut(file, 5)).isTrue();
      writer.write("new".getBytes(StandardCharsets.UTF_8));
      assertThat(file).hasContent("new");
      assertThat(directory.resolve("postgresql.log.1")).hasContent("short and long");
      writer.write(" lines".getBytes(StandardCharsets.UTF_8));
      assertThat(LogBound.cut(file, 5)).isTrue();
    }
    assertThat(file).isEmptyFile();
    assertThat(directory.resolve("postgresql.log.1")).hasContent("new lines");
    assertThat(directory).isDirectoryNotContaining("glob:**.2");
  }

  @Test
  void aFileThatIsNotThereYetIsNoFault() throws Exception {
    assertThat(LogBound.cut(directory.resolve("none"), 5)).isFalse();
  }
}
