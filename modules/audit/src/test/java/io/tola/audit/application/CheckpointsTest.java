package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.NoteKey;
import io.tola.audit.domain.Tree;
import io.tola.audit.store.TrailStore;
import io.tola.audit.store.Trails;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.key.PrivateKeyFile;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.schema.TestDatabase;
import io.tola.verifier.ExportCheck;
import io.tola.verifier.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return checkpoints(database, clock, folder, 1827);
  }

  static Checkpoints checkpoints(
      TestDatabase database, Clock clock, Path folder, int retentionDays) {
    return new Checkpoints(
        new TreeStore(database.appDataSource()),
        clock,
        "tola",
        folder.resolve("key.pem").toString(),
        folder.resolve("checkpoints.txt").toString(),
        Optional.empty(),
        retentionDays,
        1825);
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
        folder.resolve("checkpoints.txt"), "tola/cut off\n17\nab", StandardOpenOption.APPEND);
    assertThat(sizes(node)).containsExactly(2L, 4L, 6L);
    Trails.append(database, 2, T0);
    Trails.integrate(database);
    Checkpoints restarted = node();
    restarted.keep();
    assertThat(sizes(restarted)).containsExactly(2L, 4L, 6L, 8L);
    // The verifier reads them all as well, and says what it passed over.
    List<String> lines = new ArrayList<>();
    new ProofReader(new TreeStore(database.appDataSource()), restarted)
        .export(null, null)
        .forEachRemaining(lines::add);
    Verdict verdict =
        ExportCheck.check(
            new BufferedReader(new StringReader(String.join("\n", lines) + "\n")),
            List.of(restarted.current(0).publicKey()),
            Files.readString(file()));
    assertThat(verdict.faults()).isEmpty();
    assertThat(verdict.remarks())
        .anyMatch(r -> r.contains("passed over") && r.contains("tola/cut off"))
        .anyMatch(r -> r.contains("4 of 4 kept checkpoints"));
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

  @Test
  void nothingIsShownOfALogThatForkedSinceItWasLastSigned() throws SQLException {
    Checkpoints node = node();
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node.keep();
    assertThat(node.shown(5, T0)).isEqualTo(5);
    Trails.rewrite(database, "UPDATE audit_log SET actor = 'mallory' WHERE idx = 2");
    assertThat(node.shown(5, T0)).isZero();
    assertThat(node.forked()).isTrue();
  }

  // Which log the key signs for

  /** What a superuser may do to have another log signed: everything anew, under another id. */
  private void replaceTheLog() throws SQLException {
    Trails.rewrite(database, "UPDATE audit_log SET actor = 'mallory' WHERE idx = 2");
    database.execute(NEW_ID);
  }

  @Test
  void aLogUnderAnotherIdIsNotSignedAndItsKeptCheckpointsSayWhy() throws SQLException {
    Checkpoints node = node();
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node.keep();
    replaceTheLog();
    clock.now = T0.plusSeconds(5);
    assertRefused(node);
    assertThat(node.forked()).isTrue();
    Checkpoints restarted = node();
    assertRefused(restarted);
    assertThat(restarted.forked()).isTrue();
    TrailReader reader =
        new TrailReader(new TrailStore(database.appDataSource()), restarted, clock);
    assertThat(reader.verify(null).breaks())
        .isNotEmpty()
        .allSatisfy(b -> assertThat(b.what()).startsWith("wrong checkpoint"))
        .anySatisfy(b -> assertThat(b.what()).contains("kept checkpoints are of tola/"));
  }

  @Test
  void aLogUnderAnotherIdIsFoundEvenIfNoCheckpointWasKeptYet() throws SQLException {
    node().current(0);
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    replaceTheLog();
    TrailReader reader = new TrailReader(new TrailStore(database.appDataSource()), node(), clock);
    assertThat(reader.verify(null).breaks())
        .singleElement()
        .satisfies(
            b ->
                assertThat(b.what())
                    .startsWith("wrong checkpoint")
                    .contains("this node's key signs for tola/"));
  }

  @Test
  void withoutTheNameBesideTheKeyItsOwnCheckpointsTellForWhichLogItSigns()
      throws SQLException, IOException {
    node().current(0);
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node().keep();
    Files.delete(folder.resolve("key.pem.log-name"));
    node().current(0);
    Files.delete(folder.resolve("key.pem.log-name"));
    replaceTheLog();
    assertRefused(node());
    assertThat(node().kept().checkpoints()).hasSize(1);
  }

  /** As versions did that kept no name beside the key: the key signs for whatever log there is. */
  private void keepAsBeforeTheUpgrade(String name) throws SQLException, IOException {
    Tree tree = tree();
    NoteKey key =
        PrivateKeyFile.load(
            folder.resolve("key.pem"),
            "audit",
            NoteKey::generate,
            der -> NoteKey.of(name + "/" + tree.log(), der));
    String text = new Checkpoint(key.name(), tree.size(), tree.root(), clock.now).text();
    Files.writeString(
        file(), key.sign(text) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<String> namesBesideTheKey() throws IOException {
    return Files.readAllLines(folder.resolve("key.pem.log-name"));
  }

  @Test
  void afterAnUpgradeItSignsForTheLogThatWasSignedLast() throws SQLException, IOException {
    // The last one signed counts, be it the last by alphabet or the first.
    for (String id :
        List.of("ffffffff-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000")) {
      Files.deleteIfExists(folder.resolve("key.pem.log-name"));
      Files.deleteIfExists(file());
      Trails.append(database, 2, T0);
      Trails.integrate(database);
      keepAsBeforeTheUpgrade("tola");
      String old = "tola/" + tree().log();
      database.execute(NEW_ID.replace("gen_random_uuid()", "'" + id + "'"));
      keepAsBeforeTheUpgrade("tola");
      Checkpoints node = node();
      assertThat(node.current(0).checkpoint().origin()).isEqualTo("tola/" + id);
      assertThat(namesBesideTheKey()).containsExactly(old, "tola/" + id);
      assertThat(node.kept().checkpoints()).hasSize(1);
      assertThat(node.kept().earlier()).hasSize(1);
      clock.now = clock.now.plusSeconds(60);
    }
  }

  @Test
  void anotherNameInTheConfigurationBeforeTheUpgradeLosesNoCheckpoint()
      throws SQLException, IOException {
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    keepAsBeforeTheUpgrade("tola");
    Trails.append(database, 2, T0);
    Trails.integrate(database);
    keepAsBeforeTheUpgrade("acme");
    Checkpoints node = node();
    assertThat(node.current(0).checkpoint().origin()).isEqualTo("acme/" + tree().log());
    assertThat(namesBesideTheKey()).containsExactly("tola/" + tree().log(), "acme/" + tree().log());
    assertThat(node.kept().checkpoints())
        .extracting(Checkpoint::size)
        .containsExactlyInAnyOrder(5L, 7L);
    assertThat(node.kept().earlier()).isEmpty();
  }

  @Test
  void anOperatorConfirmsAnotherLogWithALineBesideTheKey() throws SQLException, IOException {
    Checkpoints node = node();
    Trails.append(database, 5, T0);
    Trails.integrate(database);
    node.keep();
    replaceTheLog();
    clock.now = T0.plusSeconds(5);
    assertRefused(node);
    confirm();
    node.keep();
    assertThat(node.forked()).isFalse();
    assertThat(sizes(node)).containsExactly(5L);
    assertThat(node.kept().earlier()).hasSize(1);
    assertThat(node().current(0).checkpoint().origin()).endsWith("/" + tree().log());
  }

  /** A node whose key's folder it can only read, as secrets are mounted. */
  private Checkpoints nodeWithNameIn(Path nameFile) {
    return new Checkpoints(
        new TreeStore(database.appDataSource()),
        clock,
        "tola",
        folder.resolve("key.pem").toString(),
        file().toString(),
        Optional.of(nameFile.toString()),
        1827,
        1825);
  }

  @Test
  void theLogsNameStandsWhereTheConfigurationSays() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("state")).resolve("log-name");
    String origin = nodeWithNameIn(elsewhere).current(0).checkpoint().origin();
    assertThat(Files.readAllLines(elsewhere)).containsExactly(origin);
    assertThat(folder.resolve("key.pem.log-name")).doesNotExist();
  }

  @Test
  void aFolderThatTheNameCantBeWrittenToIsNamedWithTheSettingThatHelps() {
    assertThatThrownBy(() -> nodeWithNameIn(folder.resolve("none/log-name")).current(0))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessageContaining("none")
        .hasMessageContaining("tola.audit.log-name-file");
  }

  @Test
  void theNameIsAlsoWrittenWhereThereAreNoHardLinks() throws IOException {
    // An archive opened as a file system has none.
    URI archive = URI.create("jar:" + folder.resolve("names.zip").toUri());
    try (FileSystem files = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      LogNameFile nameFile = new LogNameFile(files.getPath("/log-name"));
      assertThat(nameFile.first(List.of("tola/A", "tola/B"))).containsExactly("tola/A", "tola/B");
      assertThat(nameFile.first(List.of("tola/C"))).containsExactly("tola/A", "tola/B");
    }
  }

  @Test
  void aNewNameInTheConfigurationDoesNotMakeItAnotherLog() throws SQLException {
    String before = node().current(0).publicKey();
    Checkpoints renamed =
        new Checkpoints(
            new TreeStore(database.appDataSource()),
            clock,
            "acme",
            folder.resolve("key.pem").toString(),
            file().toString(),
            Optional.empty(),
            1827,
            1825);
    assertThat(renamed.current(0).publicKey()).isEqualTo(before);
  }

  /**
   * The runbook's case: a replica was promoted that lacks the last commits. What it tells to do is
   * done here as it stands there.
   */
  @Test
  void aLogThatLostCommitsIsSignedAgainUnderANewNameOnceAnOperatorConfirms()
      throws SQLException, IOException {
    Checkpoints node = node();
    for (int i = 0; i < 3; i++) {
      Trails.append(database, 5, T0);
      Trails.integrate(database);
      clock.now = clock.now.plusSeconds(60);
      node.keep();
    }
    lose(5);
    Trails.append(database, 2, T0);
    Trails.integrate(database);
    clock.now = clock.now.plusSeconds(60);
    assertRefused(node);
    Trails.append(database, 20, T0);
    Trails.integrate(database);
    assertRefused(node); // growing beyond what was signed doesn't heal it
    TrailReader reader = new TrailReader(new TrailStore(database.appDataSource()), node, clock);
    assertThat(reader.verify(null).breaks())
        .singleElement()
        .satisfies(b -> assertThat(b.what()).contains("has another root over the first 15"));

    database.execute(NEW_ID);
    assertRefused(node);
    confirm();
    node.keep();

    assertThat(sizes(node)).containsExactly(32L);
    assertThat(node.kept().earlier()).extracting(Checkpoint::size).containsExactly(5L, 10L, 15L);
    assertThat(reader.verify(null).breaks()).isEmpty();
  }

  /** As the runbook has it. */
  private static final String NEW_ID =
      "SET session_replication_role = replica; UPDATE audit.audit_tree SET log_id = gen_random_uuid()";

  /** The last blocks and their leaves are as if they had never been there. */
  private void lose(int entries) throws SQLException {
    database.execute(
        "SET session_replication_role = replica; DELETE FROM audit_log WHERE (chain, block) IN"
            + " (SELECT chain, last_block FROM audit_tree_runs ORDER BY first_leaf DESC LIMIT 1);"
            + " DELETE FROM audit_blocks b WHERE NOT EXISTS (SELECT FROM audit_log a WHERE a.chain = b.chain AND a.block = b.block);"
            + " UPDATE audit_chains c SET height = coalesce((SELECT max(block) FROM audit_blocks b WHERE b.chain = c.chain), 0),"
            + " head_hash = coalesce((SELECT hash FROM audit_blocks b WHERE b.chain = c.chain ORDER BY block DESC LIMIT 1), decode(repeat('00', 32), 'hex'));"
            + " DELETE FROM audit_tree_runs WHERE first_leaf >= (SELECT size - "
            + entries
            + " FROM audit_tree); UPDATE audit_tree_tiles SET hashes = substring(hashes FROM 1 FOR octet_length(hashes) - 32 * "
            + entries
            + "); UPDATE audit_tree SET size = size - "
            + entries);
    var shorter = new TreeStore(database.appDataSource());
    var root = shorter.read(t -> t.root(10));
    database.execute(
        "SET session_replication_role = replica; UPDATE audit_tree SET root = decode('"
            + root.hex()
            + "', 'hex')");
  }

  private void confirm() throws SQLException, IOException {
    Files.writeString(
        folder.resolve("key.pem.log-name"),
        "tola/" + tree().log() + "\n",
        StandardOpenOption.APPEND);
  }

  private Tree tree() throws SQLException {
    return new TreeStore(database.appDataSource()).tree();
  }

  private Path file() {
    return folder.resolve("checkpoints.txt");
  }

  private static List<Long> sizes(Checkpoints node) {
    return node.kept().checkpoints().stream().map(Checkpoint::size).toList();
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
