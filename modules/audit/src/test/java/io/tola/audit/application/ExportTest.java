package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.api.ConsistencyProof;
import io.tola.audit.api.InclusionProof;
import io.tola.audit.domain.Entry;
import io.tola.audit.store.TrailStore;
import io.tola.audit.store.Trails;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.schema.TestDatabase;
import io.tola.verifier.ExportCheck;
import io.tola.verifier.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the platform exports, as the verifier sees it, which shares no code with the platform. */
class ExportTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");
  private static final Instant OLD = Instant.parse("2020-11-21T04:00:00Z");
  private static final Clock CLOCK = Clock.fixed(T0, ZoneOffset.UTC);

  @TempDir private static Path folder;
  private static TestDatabase database;
  private static ProofReader proofs;
  private static List<String> export;
  private static List<String> keys;
  private static String kept;

  @BeforeAll
  static void writeALog() throws SQLException, IOException {
    database = TestDatabase.create();
    TreeStore store = new TreeStore(database.appDataSource());
    Checkpoints checkpoints = CheckpointsTest.checkpoints(database, CLOCK, folder);
    proofs = new ProofReader(store, checkpoints);
    for (int i = 0; i < 6; i++) {
      Trails.append(database, hostile(7), OLD.plusSeconds(i));
      Trails.append(database, hostile(4), OLD.plusSeconds(i));
      store.integrate(T0);
      checkpoints.current((i + 1) * 11L);
      checkpoints.keep();
    }
    export = lines(proofs, null, null);
    keys = List.of(proofs.checkpoint().publicKey());
    kept = Files.readString(folder.resolve("checkpoints.txt"));
  }

  /** Entries with text that JSON must escape. */
  private static List<Entry> hostile(int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(
          Entry.of(
              new AuditEntry(
                  Ids.next(),
                  OLD.plusNanos(i * 1_000L),
                  "tr\"ad\\er\n" + i,
                  "order_placed",
                  "order",
                  "\u20b9 \ud83d\ude00 \u0001\u001f\u007f",
                  i % 2 == 0 ? null : new UUID(7, i),
                  Map.of("note", "a\tb\u2028\"{}", "n", i))));
    }
    return entries;
  }

  private static List<String> lines(ProofReader reader, Long from, Long to) {
    List<String> lines = new ArrayList<>();
    reader.export(from, to).forEachRemaining(lines::add);
    return lines;
  }

  private static Verdict verify(List<String> lines, String checkpoints) {
    return verify(lines, keys, checkpoints);
  }

  private static Verdict verify(List<String> lines, List<String> with, String checkpoints) {
    try {
      return ExportCheck.check(
          new BufferedReader(
              new StringReader(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"))),
          with,
          checkpoints);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsExportedIsSound() {
    Verdict verdict = verify(export, kept);
    assertThat(verdict.faults()).isEmpty();
    assertThat(verdict.remarks()).anyMatch(r -> r.contains("66 entries"));
    assertThat(verdict.remarks()).anyMatch(r -> r.contains("6 of 6 kept checkpoints"));
    assertThat(export).hasSize(1 + 66 + 1);
  }

  @Test
  void everyPartOfItIsSound() {
    for (long from = 0; from <= 66; from += 11) {
      for (long to = from; to <= 66; to += 13) {
        List<String> part = lines(proofs, from, to);
        Verdict verdict = verify(part, "");
        assertThat(verdict.faults()).as(from + " to " + to).isEmpty();
        assertThat(part.stream().filter(l -> l.contains("\"type\":\"entry\"")))
            .hasSize((int) (to - from));
      }
    }
  }

  @Test
  void aTruncatedExportIsSaidToBeTruncated() {
    for (int lines = 0; lines < export.size(); lines++) {
      Verdict verdict = verify(export.subList(0, lines), "");
      assertThat(verdict.sound()).isFalse();
      assertThat(verdict.faults().get(0)).as(lines + " lines").contains("truncated");
    }
    List<String> cut = new ArrayList<>(export.subList(0, 30));
    cut.add(export.get(30).substring(0, 40));
    assertThat(verify(cut, "").faults().get(0)).contains("truncated or damaged behind leaf 28");
  }

  @Test
  void aForeignExportIsSaidToBeForeign() throws SQLException {
    try (TestDatabase other = TestDatabase.create()) {
      other.execute(
          "SET session_replication_role = replica; UPDATE audit_tree SET log_id = gen_random_uuid()");
      Checkpoints theirs = CheckpointsTest.checkpoints(other, CLOCK);
      Trails.append(other, 5, T0);
      Trails.integrate(other);
      ProofReader reader = new ProofReader(new TreeStore(other.appDataSource()), theirs);
      assertThat(verify(lines(reader, null, null), "").faults())
          .singleElement()
          .satisfies(f -> assertThat(f).contains("foreign: it is of the log \"tola/"));
      // The same name, another key.
      Checkpoints impostor = CheckpointsTest.checkpoints(database, CLOCK);
      assertThat(verify(export, List.of(impostor.current(0).publicKey()), "").faults())
          .singleElement()
          .satisfies(f -> assertThat(f).contains("foreign: it is signed with another key"));
    }
    for (String text : List.of("{}", "<html>", "id,at\n1,2", "[1]", "{\"type\":\"head\"}")) {
      assertThat(verify(List.of(text), "").faults().get(0))
          .contains("foreign: not an audit export");
    }
  }

  @Test
  void anEditedEntryIsNamed() {
    List<String> edited = new ArrayList<>(export);
    edited.set(20, edited.get(20).replace("order_placed", "order_filled"));
    assertThat(verify(edited, "").faults().get(0)).contains("leaf 19", "changed");
    // With a hash that fits: the checkpoints say between which two it is.
    Verdict verdict = verify(rehashed(edited, 20), kept);
    assertThat(verdict.faults())
        .singleElement()
        .satisfies(
            f ->
                assertThat(f)
                    .contains("the first 22 entries are not those")
                    .contains("behind leaf 10"));
  }

  /** The line with the hash of the fields it has now. */
  private static List<String> rehashed(List<String> lines, int at) {
    String fault = verify(lines, "").faults().get(0);
    assertThat(fault).contains("don't give its hash");
    List<String> out = new ArrayList<>(lines);
    out.set(
        at,
        lines
            .get(at)
            .replaceFirst(
                "\"hash\":\"[0-9a-f]{64}\"", "\"hash\":\"" + HashOfLine.of(lines.get(at)) + "\""));
    return out;
  }

  @Test
  void aThousandTamperingsWithTheFileAreAllFound() {
    Random random = new Random(8);
    for (int i = 0; i < 1_000; i++) {
      List<String> lines = new ArrayList<>(export);
      int at = random.nextInt(lines.size());
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
        case 2 ->
            Collections.swap(lines, at, (at + 1 + random.nextInt(lines.size() - 1)) % lines.size());
        case 3 -> lines.subList(at, lines.size()).clear();
        case 4 -> {
          String line = lines.get(at);
          int c = random.nextInt(line.length());
          char other = (char) (line.charAt(c) == 'x' ? 'y' : 'x');
          lines.set(at, line.substring(0, c) + other + line.substring(c + 1));
        }
        default -> {
          String line = lines.get(at);
          int c = random.nextInt(line.length());
          lines.set(at, line.substring(0, c) + line.substring(c + 1));
        }
      }
      if (!lines.equals(export)) {
        assertThat(verify(lines, "").sound()).as(i + ", line " + at).isFalse();
      }
    }
  }

  @Test
  void checkpointsThatContradictTheLogAreNamed() {
    String forged = kept.replaceFirst("\n22\n", "\n23\n");
    assertThat(verify(export, forged).faults()).anyMatch(f -> f.contains("checkpoint 2"));
    List<String> shorter = lines(proofs, null, null);
    assertThat(verify(shorter, kept).sound()).isTrue();
    Verdict torn = verify(export, "garbage\n\n" + kept + kept.substring(0, 130));
    assertThat(torn.faults()).isEmpty();
    assertThat(torn.remarks()).anyMatch(r -> r.contains("6 of 6 kept checkpoints"));
    assertThat(torn.remarks().stream().filter(r -> r.contains("passed over"))).hasSize(3);
  }

  // Proofs

  @Test
  void everyEntryHasAProofOfLogarithmicLength() throws SQLException {
    TrailStore store = new TrailStore(database.appDataSource());
    store
        .page(new TrailStore.Query(null, null, null, null, null, null, null, null), 100)
        .forEach(
            stored -> {
              InclusionProof proof = proofs.proof(stored.entry().id());
              assertThat(proof.size()).isEqualTo(66);
              assertThat(proof.hashes()).hasSizeLessThanOrEqualTo(7);
              assertThat(proof.entry().hash()).isEqualTo(stored.hash().hex());
            });
  }

  @Test
  void consistencyIsProvenBetweenAnyTwoSizes() {
    ConsistencyProof proof = proofs.consistency(11, null);
    assertThat(proof.to()).isEqualTo(66);
    assertThat(proof.toRoot()).isEqualTo(proofs.checkpoint().root());
    assertThat(proofs.consistency(66, 66L).hashes()).isEmpty();
    for (long[] bad : new long[][] {{0, 66}, {-1, 66}, {67, 66}, {1, 67}}) {
      assertThatThrownBy(() -> proofs.consistency(bad[0], bad[1]))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER));
    }
    assertThatThrownBy(() -> proofs.export(5L, 4L)).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> proofs.export(null, 99L)).isInstanceOf(ProblemException.class);
  }

  @Test
  void anUnknownEntryHasNoProofAndAFreshOneIsAskedForAgain() throws SQLException {
    assertThatThrownBy(() -> proofs.proof(UUID.randomUUID()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.AUDIT_ENTRY_NOT_FOUND));
    try (TestDatabase own = TestDatabase.create()) {
      List<Entry> fresh = hostile(1);
      Trails.append(own, fresh, T0);
      ProofReader reader =
          new ProofReader(
              new TreeStore(own.appDataSource()), CheckpointsTest.checkpoints(own, CLOCK));
      assertThatThrownBy(() -> reader.proof(fresh.get(0).id()))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.UNAVAILABLE));
    }
  }

  // Retention

  /** As a node did at that time. */
  private static void keep(TestDatabase own, Path outside, Instant at) {
    CheckpointsTest.checkpoints(own, Clock.fixed(at, ZoneOffset.UTC), outside).keep();
  }

  private static ProofReader reader(TestDatabase own, Path outside) {
    return new ProofReader(
        new TreeStore(own.appDataSource()), CheckpointsTest.checkpoints(own, CLOCK, outside));
  }

  private static Retention retention(TestDatabase own, Checkpoints checkpoints) {
    return new Retention(
        new TreeStore(own.appDataSource()),
        checkpoints,
        facts -> {
          try {
            Trails.append(own, facts.stream().map(Entry::of).toList(), T0);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        CLOCK);
  }

  @Test
  void whatWasDroppedIsAHashAndTheRestIsStillSound(@TempDir Path outside)
      throws SQLException, IOException {
    try (TestDatabase own = TestDatabase.create()) {
      TreeStore store = new TreeStore(own.appDataSource());
      Checkpoints checkpoints = CheckpointsTest.checkpoints(own, CLOCK, outside);
      for (int i = 0; i < 5; i++) {
        Trails.append(own, 9, OLD.plusSeconds(i));
        store.integrate(T0);
        if (i == 3) {
          // What a node kept at that time, and what it must have kept before anything is dropped.
          keep(own, outside, OLD.plusSeconds(60));
        }
      }
      List<Entry> young = hostile(3);
      Trails.append(own, young, T0.minusSeconds(5));
      store.integrate(T0);
      List<String> before = lines(new ProofReader(store, checkpoints), null, null);
      String root = checkpoints.current(0).checkpoint().root().hex();

      Retention retention = retention(own, checkpoints);
      assertThat(retention.dropSome(20)).isTrue();
      assertThat(store.tree().droppedBelow()).isEqualTo(18);
      assertThat(retention.dropSome(20)).isTrue();
      assertThat(retention.dropSome(20)).as("no checkpoint shows the age of more").isFalse();
      assertThat(store.tree().droppedBelow()).isEqualTo(36);
      assertThatThrownBy(() -> reader(own, outside).export(null, null))
          .as("what records it is not in the tree yet")
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.UNAVAILABLE));
      store.integrate(T0);
      keep(own, outside, OLD.plusSeconds(120));
      assertThat(retention.dropSome(20)).isTrue();
      assertThat(retention.dropSome(20)).isFalse();
      assertThat(store.tree().droppedBelow()).isEqualTo(45);
      store.integrate(T0);

      ProofReader reader = reader(own, outside);
      List<String> after = lines(reader, null, null);
      List<String> itsKey = List.of(reader.checkpoint().publicKey());
      String itsKept = Files.readString(outside.resolve("checkpoints.txt"));
      Verdict verdict = verify(after, itsKey, itsKept);
      assertThat(verdict.faults()).isEmpty();
      assertThat(verdict.remarks()).anyMatch(r -> r.contains("before leaf 45 were dropped"));
      assertThat(after).hasSizeLessThan(before.size());
      assertThat(reader.consistency(48, 49L).fromRoot()).isEqualTo(root);
      assertThat(reader.proof(young.get(1).id()).leaf()).isEqualTo(46);
      TrailReader trail = new TrailReader(new TrailStore(own.appDataSource()), checkpoints, CLOCK);
      assertThat(trail.verify(null).breaks()).isEmpty();
      // Whoever configures a longer retention later changes nothing about what was dropped before.
      Checkpoints longer = CheckpointsTest.checkpoints(own, CLOCK, outside, 7_300);
      assertThat(
              new TrailReader(new TrailStore(own.appDataSource()), longer, CLOCK)
                  .verify(null)
                  .breaks())
          .isEmpty();

      // Without the entry that records it, the same hole is a fault.
      List<String> unrecorded = new ArrayList<>(after);
      unrecorded.removeIf(l -> l.contains("audit_bodies_dropped"));
      assertThat(verify(unrecorded, itsKey, itsKept).sound()).isFalse();
      // And without a checkpoint that shows its age it could be a deletion.
      for (String shown : List.of("", reader.checkpoint().note())) {
        assertThat(verify(after, itsKey, shown).faults())
            .singleElement()
            .satisfies(
                f -> assertThat(f).contains("no kept checkpoint shows that they were 1825 days"));
      }
    }
  }

  @Test
  void aRetentionShorterThanTheDatabasesDropsWhatTheDatabaseLetsGo(@TempDir Path outside)
      throws SQLException {
    try (TestDatabase own = TestDatabase.create()) {
      Instant dayTooYoung = Instant.now(Clock.systemUTC()).minusSeconds(1_825L * 86_400 + 3_600);
      Trails.append(own, 3, OLD);
      Trails.integrate(own);
      Trails.append(own, 3, dayTooYoung);
      Trails.integrate(own);
      keep(own, outside, OLD.plusSeconds(60));
      Clock now = Clock.systemUTC();
      Checkpoints shorter = CheckpointsTest.checkpoints(own, now, outside, 1_825);
      Retention retention =
          new Retention(new TreeStore(own.appDataSource()), shorter, facts -> {}, now);
      assertThat(retention.dropSome(5_000)).isTrue();
      assertThat(retention.dropSome(5_000)).isFalse();
      assertThat(new TreeStore(own.appDataSource()).tree().droppedBelow()).isEqualTo(3);
    }
  }

  @Test
  void aDeletionThatIsRecordedAsADropIsNotSound(@TempDir Path outside)
      throws SQLException, IOException {
    for (String at :
        List.of("2040-01-01T00:00:00Z", "2026-11-21T03:59:00Z", "2020-01-01T00:00:00Z")) {
      try (TestDatabase own = TestDatabase.create()) {
        Path folder = Files.createDirectory(outside.resolve("of-" + at.substring(0, 4)));
        Instant lastWeek = T0.minusSeconds(7 * 86_400);
        for (int i = 0; i < 3; i++) {
          Trails.append(own, 9, lastWeek.plusSeconds(i));
          Trails.integrate(own);
        }
        keep(own, folder, lastWeek.plusSeconds(60));
        own.execute(
            "SET session_replication_role = replica; UPDATE audit_tree SET dropped_below = 18;"
                + " DELETE FROM audit_log a USING audit_tree_runs r WHERE r.first_leaf < 18"
                + " AND a.chain = r.chain AND a.block BETWEEN r.first_block AND r.last_block");
        Trails.append(
            own,
            List.of(
                new Entry(
                    new UUID(4, 2),
                    Instant.parse(at),
                    "system",
                    "audit_bodies_dropped",
                    "audit_log",
                    "18",
                    null,
                    "{}")),
            T0);
        Trails.integrate(own);
        ProofReader reader = reader(own, folder);
        List<String> lines = lines(reader, null, null);
        List<String> itsKey = List.of(reader.checkpoint().publicKey());
        String itsKept = Files.readString(folder.resolve("checkpoints.txt"));
        assertThat(verify(lines, itsKey, itsKept).faults())
            .as(at)
            .singleElement()
            .satisfies(f -> assertThat(f).contains("the entries before leaf 18 are gone; "));
        assertThat(verify(lines(reader, 10L, 28L), itsKey, itsKept).sound()).isFalse();
        assertThat(verify(lines(reader, 10L, 22L), itsKey, itsKept).sound()).isFalse();
        assertThat(verify(lines(reader, 18L, 28L), itsKey, itsKept).faults()).isEmpty();
      }
    }
  }

  @Test
  void anExportDuringWhichOldEntriesAreDroppedSaysSo(@TempDir Path outside)
      throws SQLException, IOException {
    try (TestDatabase own = TestDatabase.create()) {
      for (int i = 0; i < 3; i++) {
        Trails.append(own, 1_500, OLD);
        Trails.integrate(own);
      }
      keep(own, outside, OLD.plusSeconds(60));
      ProofReader reader = reader(own, outside);
      Iterator<String> export = reader.export(null, null);
      List<String> lines = new ArrayList<>();
      while (lines.size() < 1_000) {
        lines.add(export.next());
      }
      assertThat(retention(own, CheckpointsTest.checkpoints(own, CLOCK, outside)).dropSome(4_000))
          .isTrue();
      export.forEachRemaining(lines::add);
      assertThat(lines.get(lines.size() - 1)).contains("\"type\":\"stopped\"");
      List<String> itsKey = List.of(reader.checkpoint().publicKey());
      assertThat(verify(lines, itsKey, "").faults())
          .singleElement()
          .satisfies(
              f ->
                  assertThat(f)
                      .contains("broke the export off behind leaf 1999", "ask for it again"));
      Trails.integrate(own);
      assertThat(
              verify(
                      lines(reader(own, outside), null, null),
                      itsKey,
                      Files.readString(outside.resolve("checkpoints.txt")))
                  .faults())
          .isEmpty();
    }
  }

  @Test
  void anEntryThatASuperuserDeletedIsAHoleInTheExport() throws SQLException {
    try (TestDatabase own = TestDatabase.create()) {
      Trails.append(own, 5, T0);
      Trails.integrate(own);
      own.execute("SET session_replication_role = replica; DELETE FROM audit_log WHERE idx = 3");
      ProofReader reader =
          new ProofReader(
              new TreeStore(own.appDataSource()), CheckpointsTest.checkpoints(own, CLOCK));
      assertThat(
              verify(lines(reader, null, null), List.of(reader.checkpoint().publicKey()), "")
                  .faults())
          .singleElement()
          .satisfies(f -> assertThat(f).contains("leaf 3: the entry is gone"));
    }
  }
}
