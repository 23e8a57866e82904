package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.domain.Checkpoint;
import io.tola.audit.store.Trails;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.schema.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");

  @TempDir private Path folder;
  private final TestDatabase database = TestDatabase.create();
  private final HandClock clock = new HandClock();

  @AfterEach
  void drop() {
    database.close();
  }

  /** With files of their own. */
  static Checkpoints checkpoints(TestDatabase database, Clock clock) {
    try {
      return checkpoints(database, clock, Files.createTempDirectory("audit-checkpoints"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Checkpoints checkpoints(TestDatabase database, Clock clock, Path folder) {
    return new Checkpoints(
        new TreeStore(database.appDataSource()),
        clock,
        "tola",
        folder.resolve("key.pem").toString(),
        folder.resolve("checkpoints.txt").toString(),
        1827);
  }

  private Checkpoints node() {
    return checkpoints(database, clock, folder);
  }

  @Test
  void theKeyIsMadeOnceForItsOwnerOnly() throws IOException {
    String first = node().current(0).publicKey();
    assertThat(node().current(0).publicKey()).isEqualTo(first).startsWith("tola/");
    assertThat(Files.getPosixFilePermissions(folder.resolve("key.pem")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aKeyFileThatHoldsNoKeyIsRefused() throws IOException {
    Files.writeString(folder.resolve("key.pem"), "not a key");
    assertThatThrownBy(() -> node().current(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("key.pem");
  }

  @Test
  void aCheckpointIsAtMostASecondOldAndAsLargeAsAskedFor() throws SQLException {
    Checkpoints node = node();
    Trails.append(database, 3, T0);
    Trails.integrate(database);
    assertThat(node.current(0).checkpoint().size()).isEqualTo(3);
    Trails.append(database, 4, T0);
    Trails.integrate(database);
    assertThat(node.current(0).checkpoint().size()).isEqualTo(3);
    assertThat(node.current(5).checkpoint().size()).isEqualTo(7);
    Trails.append(database, 1, T0);
    Trails.integrate(database);
    clock.now = T0.plusMillis(1_000);
    assertThat(node.current(0).checkpoint().size()).isEqualTo(8);
    assertThat(node.current(0).checkpoint().at()).isEqualTo(clock.now);
  }

  @Test
  void whatIsKeptIsReadAgainAndOnlyGrowsWithTheLog() throws SQLException, IOException {
    Checkpoints node = node();
    for (int i = 0; i < 3; i++) {
      Trails.append(database, 2, T0);
      Trails.integrate(database);
      clock.now = clock.now.plusSeconds(60);
      node.keep();
      node.keep();
    }
    // A crash in the middle of writing.
    Files.writeString(
        folder.resolve("checkpoints.txt"),
        "tola/cut off\n17\nab",
        java.nio.file.StandardOpenOption.APPEND);
    assertThat(node.kept()).extracting(Checkpoint::size).containsExactly(2L, 4L, 6L);
    Trails.append(database, 2, T0);
    Trails.integrate(database);
    Checkpoints restarted = node();
    restarted.keep();
    assertThat(restarted.kept()).extracting(Checkpoint::size).contains(2L, 4L, 6L);
  }

  @Test
  void aLogThatDoesNotContinueWhatWasSignedIsNotSigned() throws SQLException {
    Checkpoints node = node();
    Trails.append(database, 5, T0);
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node.keep();
    assertThat(node.forked()).isFalse();
    // What a superuser can do: everything made anew, from other entries, without a contradiction.
    Trails.rewrite(database, "UPDATE audit_log SET actor = 'mallory' WHERE idx = 2");
    Trails.append(database, 1, T0);
    Trails.integrate(database);
    clock.now = T0.plusSeconds(5);
    assertRefused(node);
    assertThat(node.forked()).isTrue();
    // A restart doesn't make it forget.
    assertRefused(node());
  }

  @Test
  void aLogThatBecameShorterIsNotSigned() throws SQLException {
    Checkpoints node = node();
    Trails.append(database, 5, T0);
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node.keep();
    Trails.rewrite(
        database,
        "DELETE FROM audit_log WHERE block = (SELECT max(block) FROM audit_log) AND chain ="
            + " (SELECT max(chain) FROM audit_log)");
    clock.now = T0.plusSeconds(5);
    assertRefused(node);
  }

  private static void assertRefused(Checkpoints node) {
    assertThatThrownBy(() -> node.current(0))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.AUDIT_LOG_FORKED));
  }

  /** A clock that a test sets. */
  private static final class HandClock extends Clock {
    private Instant now = T0;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
