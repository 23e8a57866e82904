package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir private Path directory;

  @Test
  void aSecondUserOfTheFolderIsRefusedAndToldWhoHasIt() throws Exception {
    Path root = directory.resolve("data");
    try (DataFolder first = DataFolder.open(root)) {
      first.announce("process 1, http://127.0.0.1:1");
      assertThatThrownBy(() -> DataFolder.open(root))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining("already running")
          .hasMessageContaining("process 1, http://127.0.0.1:1");
    }
    DataFolder.open(root).close();
  }

  @Test
  void passwordsStayTheSameAndAreReadableByTheOwnerOnly() throws Exception {
    Path root = directory.resolve("data");
    String secret;
    String demo;
    try (DataFolder folder = DataFolder.open(root)) {
      secret = folder.secret("db-app");
      demo = folder.demoPassword(null);
      assertThat(folder.secret("db-owner")).isNotEqualTo(secret).hasSize(20);
    }
    try (DataFolder folder = DataFolder.open(root)) {
      assertThat(folder.secret("db-app")).isEqualTo(secret);
      assertThat(folder.demoPassword(null)).isEqualTo(demo);
      assertThat(folder.demoPassword("chosen")).isEqualTo("chosen");
      assertThat(folder.demoPassword("")).isEqualTo("chosen");
      for (Path file : new Path[] {folder.demoPasswordFile(), root.resolve("secrets/db-app")}) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void wipingForgetsEverythingButUnpackedPrograms() throws Exception {
    try (DataFolder folder = DataFolder.open(directory.resolve("data"))) {
      String before = folder.secret("jms");
      Files.writeString(folder.directory("postgresql").resolve("PG_VERSION"), "15");
      Files.writeString(folder.programs().resolve("program"), "");
      folder.wipe();
      assertThat(folder.root().resolve("postgresql")).doesNotExist();
      assertThat(folder.programs().resolve("program")).exists();
      assertThat(folder.secret("jms")).isNotEqualTo(before);
    }
  }
}
