package io.tola.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Finding;
import io.tola.audit.domain.Finding.Kind;
import io.tola.audit.domain.TrailCheck;
import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrailStoreTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");

  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    database.execute("CREATE TABLE public.chains_at_first AS TABLE audit_chains");
  }

  @AfterAll
  static void dropIt() {
    database.close();
  }

  /** As the migrations left it. Triggers off: they refuse that to everybody. */
  @BeforeEach
  void freshTrail() {
    asSuperuser(
        "TRUNCATE audit_log, audit_blocks, audit_chains;"
            + " INSERT INTO audit_chains SELECT * FROM public.chains_at_first");
  }

  // What is written

  @Test
  void aBlockIsReadBackAsItWasWrittenAndTheTrailIsIntact() throws SQLException {
    List<Entry> written = entries(3, T0);
    append(written, T0, null);

    var found = store().page(query(), 10);
    assertThat(found).extracting(e -> e.entry()).containsExactlyInAnyOrderElementsOf(written);
    assertThat(found).extracting(e -> e.index()).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(found).allSatisfy(e -> assertThat(e.hash()).isEqualTo(e.entry().hash()));

    TrailCheck.Report report = store().check(null);
    assertThat(report.intact()).isTrue();
    assertThat(report.entries()).isEqualTo(3);
    assertThat(report.blocks()).isEqualTo(1);
    assertThat(report.chains()).isEqualTo(16);
  }

  @Test
  void awkwardTextSurvives() throws SQLException {
    var fact =
        new AuditEntry(
            Ids.next(),
            T0,
            "a{,}\"\\'NULL",
            "x",
            "y",
            "",
            null,
            Map.of(
                "t",
                "\n\t\u0000\u20b9\ud83d\ude00",
                "n",
                new BigDecimal("-0.10"),
                "l",
                List.of(1, 2)));
    append(List.of(Entry.of(fact)), T0, null);
    assertThat(store().page(query(), 1).get(0).entry()).isEqualTo(Entry.of(fact));
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void postgresqlItselfComputesTheSameEntryHashes() throws SQLException {
    append(entries(50, T0), T0, null);
    append(
        List.of(
            Entry.of(
                new AuditEntry(
                    Ids.next(),
                    T0,
                    "a\"\\\u0007\u20b9/",
                    "x",
                    "y\n",
                    "z",
                    null,
                    Map.of("k", "v\u0001")))),
        T0,
        null);
    assertThat(
            number(
                """
                SELECT count(*) FROM audit_log WHERE hash <> sha256('\\x00'::bytea || convert_to(
                  '{"account_id":' || coalesce(to_json(account_id)::text, 'null')
                  || ',"action":' || to_json(action) || ',"actor":' || to_json(actor)
                  || ',"at":' || (extract(epoch FROM at) * 1000000)::bigint
                  || ',"entity_id":' || to_json(entity_id) || ',"entity_type":' || to_json(entity_type)
                  || ',"id":' || to_json(id) || '}' || E'\\n' || detail, 'UTF8'))"""))
        .isZero();
    assertThat(
            number(
                """
                SELECT count(*) FROM audit_blocks WHERE hash <> sha256('\\x02'::bytea || convert_to(
                  '{"block":' || block || ',"chain":' || chain
                  || ',"closed_at":' || (extract(epoch FROM closed_at) * 1000000)::bigint
                  || ',"entries":' || entries || ',"merkle_root":"' || encode(merkle_root, 'hex')
                  || '","prev_hash":"' || encode(prev_hash, 'hex') || '"}', 'UTF8'))"""))
        .isZero();
  }

  @Test
  void aRolledBackTransactionLeavesNothing() throws SQLException {
    try (var transaction = new OneTransaction(database.appDataSource())) {
      OneBlock.append(transaction.dataSource(), entries(2, T0), T0, null);
    }
    assertThat(store().page(query(), 10)).isEmpty();
    assertThat(store().check(null).intact()).isTrue();
  }

  // Many writers

  @Test
  void transactionsSideBySideTakeDifferentChains() throws SQLException {
    List<OneTransaction> open = new ArrayList<>();
    Set<Integer> chains = new HashSet<>();
    for (int i = 0; i < TrailCheck.FIRST_CHAINS; i++) {
      var transaction = new OneTransaction(database.appDataSource());
      open.add(transaction);
      var appended = OneBlock.append(transaction.dataSource(), entries(1, T0), T0, null);
      assertThat(appended.waited()).isFalse();
      chains.add(appended.chain());
    }
    assertThat(chains).hasSize(TrailCheck.FIRST_CHAINS);
    for (OneTransaction transaction : open) {
      transaction.commit();
      transaction.close();
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void whenEveryChainIsTakenAWriterWaitsForOneAndContinuesIt() throws Exception {
    var blocker = new OneTransaction(database.appDataSource());
    var executor = Executors.newSingleThreadExecutor();
    try (var lock = blocker.connection().createStatement()) {
      lock.execute("SELECT FROM audit_chains FOR UPDATE");
      Future<TrailStore.Appended> waiting = executor.submit(() -> append(entries(1, T0), T0, null));
      while (number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 0) {
        Thread.onSpinWait();
      }
      assertThat(waiting.isDone()).isFalse();
      blocker.commit();
      assertThat(waiting.get(30, TimeUnit.SECONDS).waited()).isTrue();
    } finally {
      blocker.close();
      executor.shutdownNow();
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void aSecondBlockOfTheSameTransactionContinuesItsChain() throws SQLException {
    try (var transaction = new OneTransaction(database.appDataSource())) {
      var first = OneBlock.append(transaction.dataSource(), entries(1, T0), T0, null);
      var second = OneBlock.append(transaction.dataSource(), entries(2, T0), T0, first.chain());
      assertThat(second.chain()).isEqualTo(first.chain());
      assertThat(second.block()).isEqualTo(first.block() + 1);
      transaction.commit();
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void fortyWritersAtOnceLoseNothingAndBreakNoLink() throws Exception {
    int writers = 40;
    int blocksEach = 25;
    var executor = Executors.newFixedThreadPool(writers);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        Callable<Void> work =
            () -> {
              try (var transaction = new OneTransaction(database.appDataSource())) {
                go.await();
                for (int b = 0; b < blocksEach; b++) {
                  OneBlock.append(
                      transaction.dataSource(),
                      entries(1 + (writer + b) % 5, T0),
                      T0.plusSeconds(b),
                      null);
                  if (b % 10 == 9) {
                    transaction.connection().rollback();
                  } else {
                    transaction.commit();
                  }
                }
              }
              return null;
            };
        running.add(executor.submit(work));
      }
      go.countDown();
      for (Future<?> one : running) {
        one.get(2, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    TrailCheck.Report report = store().check(null);
    assertThat(report.findings()).isEmpty();
    assertThat(report.blocks()).isEqualTo(writers * (blocksEach - 2));
    assertThat(report.blocks()).isEqualTo(number("SELECT sum(height) FROM audit_chains"));
    assertThat(report.entries()).isEqualTo(number("SELECT count(*) FROM audit_log"));
  }

  // Who may do what

  @Test
  void theApplicationCanNotChangeOrRemoveWhatIsWritten() throws SQLException {
    append(entries(2, T0), T0, null);
    for (String sql :
        List.of(
            "UPDATE audit_log SET actor = 'somebody else'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "UPDATE audit_blocks SET entries = 1",
            "DELETE FROM audit_blocks",
            "TRUNCATE audit_blocks CASCADE",
            "DELETE FROM audit_chains",
            "TRUNCATE audit_chains CASCADE",
            "INSERT INTO audit_chains SELECT 99, height, head_hash FROM audit_chains LIMIT 1",
            "UPDATE audit_chains SET chain = 99 WHERE chain = 15",
            "ALTER TABLE audit_log DISABLE TRIGGER ALL",
            "SET session_replication_role = replica")) {
      assertThatThrownBy(() -> asApplication(sql)).as(sql).isInstanceOf(SQLException.class);
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void theOwnerIsRefusedToo() throws SQLException {
    append(entries(2, T0), T0, null);
    for (String sql :
        List.of(
            "UPDATE audit_log SET actor = 'somebody else'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "UPDATE audit_blocks SET entries = 1",
            "DELETE FROM audit_blocks",
            "TRUNCATE audit_blocks CASCADE",
            "DELETE FROM audit_chains",
            "TRUNCATE audit_chains CASCADE")) {
      assertThatThrownBy(() -> database.execute(sql))
          .as(sql)
          .rootCause()
          .hasMessageStartingWith(
              "ERROR: the audit trail is append-only: "
                  + sql.split(" ")[0]
                  + " on "
                  + sql.replaceAll(".*(audit_\\w+).*", "$1")
                  + " is refused");
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void aHeadMovesOnlyForwardByOneAndOnlyToABlockThatContinuesTheChain() throws SQLException {
    int chain = append(entries(1, T0), T0, null).chain();
    append(entries(1, T0), T0, chain);
    for (String sql :
        List.of(
            "UPDATE audit_chains SET height = 1 WHERE chain = " + chain,
            "UPDATE audit_chains SET height = 2, head_hash = decode(repeat('00', 32), 'hex') WHERE chain = "
                + chain,
            "UPDATE audit_chains SET height = 4 WHERE chain = " + chain,
            "UPDATE audit_chains SET height = 3, head_hash = decode(repeat('ab', 32), 'hex') WHERE chain = "
                + chain)) {
      assertThatThrownBy(() -> asApplication(sql)).as(sql).isInstanceOf(SQLException.class);
    }
    assertThat(store().check(null).intact()).isTrue();
  }

  @Test
  void aClosedBlockTakesNoMoreEntries() throws SQLException {
    append(entries(1, T0), T0, null);
    assertThatThrownBy(
            () ->
                asApplication(
                    "INSERT INTO audit_log SELECT gen_random_uuid(), at, actor, action, entity_type, entity_id, account_id,"
                        + " detail, chain, block, 1, hash FROM audit_log"))
        .hasMessageContaining("only to the block being written");
  }

  @Test
  void anEntryOfABlockThatIsNotThereIsRefused() throws SQLException {
    append(entries(1, T0), T0, null);
    for (String place : List.of("chain, block + 1", "chain, block + 2", "99::smallint, block")) {
      assertThatThrownBy(
              () ->
                  asApplication(
                      "INSERT INTO audit_log (id, at, actor, action, entity_type, entity_id, account_id, detail,"
                          + " chain, block, idx, hash) SELECT gen_random_uuid(), at, actor, action, entity_type,"
                          + " entity_id, account_id, detail, "
                          + place
                          + ", 0, hash FROM audit_log"))
          .as(place)
          .hasMessageContaining("only to the block being written");
    }
  }

  // Tampering by a superuser, triggers off

  @Test
  void aChangedFieldIsFound() throws SQLException {
    for (String change :
        List.of(
            "actor = 'mallory'",
            "at = at + interval '1 microsecond'",
            "at = 'infinity'",
            "account_id = NULL",
            "detail = replace(detail, '\"quantity\":', '\"quantity\":1')",
            "entity_id = entity_id || ' '",
            "action = 'order_canceled'",
            "entity_type = 'trade'",
            "hash = sha256(hash)")) {
      try (var trail = new Tampered()) {
        UUID victim = trail.entryOf(2, 1);
        trail.superuser("UPDATE audit_log SET " + change + " WHERE id = '" + victim + "'");
        assertThat(trail.findings())
            .as(change)
            .singleElement()
            .satisfies(
                f -> {
                  assertThat(f.kind()).isEqualTo(Kind.CHANGED_ENTRY);
                  assertThat(f.entryId()).isEqualTo(victim);
                  assertThat(f.block()).isEqualTo(2);
                });
      }
    }
  }

  @Test
  void aChangedFieldWithItsHashMadeToFitIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      UUID victim = trail.entryOf(2, 1);
      var stored =
          trail.store().page(query(), 100).stream()
              .filter(e -> e.entry().id().equals(victim))
              .findFirst()
              .orElseThrow();
      Entry old = stored.entry();
      Entry forged =
          new Entry(
              old.id(),
              old.at(),
              "mallory",
              old.action(),
              old.entityType(),
              old.entityId(),
              old.accountId(),
              old.detail());
      trail.superuser(
          "UPDATE audit_log SET actor = 'mallory', hash = '\\x"
              + forged.hash().hex()
              + "' WHERE id = '"
              + victim
              + "'");
      trail.expect(Kind.WRONG_ROOT, 2);
    }
  }

  @Test
  void aDeletedEntryIsFoundWhereverItStood() throws SQLException {
    for (int index = 0; index < 3; index++) {
      try (var trail = new Tampered()) {
        trail.superuser("DELETE FROM audit_log WHERE block = 2 AND idx = " + index);
        trail.expect(Kind.MISSING_ENTRY, 2);
      }
    }
  }

  @Test
  void allEntriesOfABlockDeletedIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser("DELETE FROM audit_log WHERE block = 4");
      trail.expect(Kind.MISSING_ENTRY, 4);
    }
  }

  @Test
  void entriesMovedUpToHideADeletedOneAreFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block = 2 AND idx = 1; UPDATE audit_log SET idx = 1 WHERE block = 2 AND idx = 2");
      trail.expect(Kind.MISSING_ENTRY, 2);
    }
  }

  @Test
  void anAddedEntryIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "INSERT INTO audit_log SELECT gen_random_uuid(), at, actor, action, entity_type, entity_id, account_id, detail,"
              + " chain, block, 3, hash FROM audit_log WHERE block = 2 AND idx = 2");
      assertThat(trail.findings())
          .extracting(Finding::kind)
          // its id is new, so its copied hash doesn't fit either; it is named once all the same
          .containsExactly(Kind.FOREIGN_ENTRY);
    }
  }

  @Test
  void reorderedEntriesAreFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "UPDATE audit_log SET idx = 9 WHERE block = 2 AND idx = 0; UPDATE audit_log SET idx = 0 WHERE block = 2 AND idx = 1;"
              + " UPDATE audit_log SET idx = 1 WHERE block = 2 AND idx = 9");
      trail.expect(Kind.WRONG_ROOT, 2);
    }
  }

  @Test
  void aDeletedBlockIsFoundWithAndWithoutItsEntries() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser("DELETE FROM audit_blocks WHERE block = 3");
      trail.expect(Kind.MISSING_BLOCK, 3);
    }
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block = 3; DELETE FROM audit_blocks WHERE block = 3");
      trail.expect(Kind.MISSING_BLOCK, 3);
    }
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block <= 2; DELETE FROM audit_blocks WHERE block <= 2");
      trail.expect(Kind.MISSING_BLOCK, 1);
    }
  }

  @Test
  void blocksRenumberedToHideADeletedOneAreFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block = 4; DELETE FROM audit_blocks WHERE block = 4;"
              + " UPDATE audit_log SET block = 4 WHERE block = 5; UPDATE audit_blocks SET block = 4 WHERE block = 5;"
              + " UPDATE audit_chains SET height = 4 WHERE height = 5");
      trail.expect(Kind.CHANGED_BLOCK, 4);
    }
  }

  @Test
  void swappedBlocksAreFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "UPDATE audit_blocks SET block = 99 WHERE block = 2; UPDATE audit_blocks SET block = 2 WHERE block = 3;"
              + " UPDATE audit_blocks SET block = 3 WHERE block = 99;"
              + " UPDATE audit_log SET block = 99 WHERE block = 2; UPDATE audit_log SET block = 2 WHERE block = 3;"
              + " UPDATE audit_log SET block = 3 WHERE block = 99");
      assertThat(trail.findings())
          .extracting(Finding::kind, Finding::block)
          .containsExactly(
              tuple(Kind.CHANGED_BLOCK, 2L),
              tuple(Kind.CHANGED_BLOCK, 3L),
              // what stands at 3 now is not what 4 was linked to
              tuple(Kind.BROKEN_LINK, 4L));
    }
  }

  @Test
  void aChangedBlockIsFoundWhicheverFieldItIs() throws SQLException {
    for (String change :
        List.of(
            "closed_at = closed_at - interval '1 hour'",
            "entries = entries - 1",
            "entries = entries + 1",
            "merkle_root = sha256(merkle_root)",
            "prev_hash = sha256(prev_hash)",
            "hash = sha256(hash)")) {
      try (var trail = new Tampered()) {
        trail.superuser("UPDATE audit_blocks SET " + change + " WHERE block = 3");
        trail.expect(Kind.CHANGED_BLOCK, 3);
      }
    }
  }

  @Test
  void aRewrittenBlockThatFitsItselfIsFoundByTheNextOne() throws SQLException {
    try (var trail = new Tampered()) {
      trail.rewrite(3);
      trail.expect(Kind.BROKEN_LINK, 4);
    }
  }

  @Test
  void aRewrittenLastBlockIsFoundByTheHead() throws SQLException {
    try (var trail = new Tampered()) {
      trail.rewrite(5);
      trail.expect(Kind.WRONG_HEAD, 5);
    }
  }

  @Test
  void aTruncatedTailIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block >= 4; DELETE FROM audit_blocks WHERE block >= 4");
      trail.expect(Kind.WRONG_HEAD, 5);
    }
  }

  @Test
  void anAppendedForeignBlockIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "INSERT INTO audit_blocks SELECT chain, 6, hash, merkle_root, entries, closed_at, sha256(hash) FROM audit_blocks"
              + " WHERE block = 5;"
              + " INSERT INTO audit_log SELECT gen_random_uuid(), at, actor, action, entity_type, entity_id, account_id, detail,"
              + " chain, 6, idx, hash FROM audit_log WHERE block = 5");
      assertThat(trail.findings())
          .extracting(Finding::kind)
          .contains(Kind.CHANGED_BLOCK, Kind.WRONG_HEAD);
      assertThat(trail.findings()).allSatisfy(f -> assertThat(f.block()).isEqualTo(6));
    }
  }

  @Test
  void aMovedHeadIsFound() throws SQLException {
    for (String change :
        List.of(
            "height = 4",
            "height = 6",
            "head_hash = sha256(head_hash)",
            "height = 0, head_hash = decode(repeat('00', 32), 'hex')")) {
      try (var trail = new Tampered()) {
        trail.superuser("UPDATE audit_chains SET " + change + " WHERE height = 5");
        assertThat(trail.findings())
            .as(change)
            .extracting(Finding::kind)
            .containsExactly(Kind.WRONG_HEAD);
      }
    }
  }

  @Test
  void aChainThatIsGoneIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser("DELETE FROM audit_chains WHERE height = 5");
      assertThat(trail.findings()).extracting(Finding::kind).containsExactly(Kind.MISSING_CHAIN);
    }
    try (var trail = new Tampered()) {
      trail.superuser("DELETE FROM audit_chains; DELETE FROM audit_blocks; DELETE FROM audit_log");
      assertThat(trail.findings())
          .hasSize(16)
          .extracting(Finding::kind)
          .containsOnly(Kind.MISSING_CHAIN);
    }
  }

  @Test
  void aBlockMovedToAnotherChainIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      int other = trail.chain == 0 ? 1 : 0;
      trail.superuser(
          "UPDATE audit_log SET chain = "
              + other
              + ", block = 1 WHERE block = 5;"
              + " UPDATE audit_blocks SET chain = "
              + other
              + ", block = 1 WHERE block = 5");
      assertThat(trail.findings())
          .extracting(Finding::kind)
          .containsExactlyInAnyOrder(Kind.CHANGED_BLOCK, Kind.WRONG_HEAD, Kind.WRONG_HEAD);
    }
  }

  @Test
  void findingsBeyondAHundredAreCountedOnly() throws SQLException {
    append(entries(150, T0), T0, null);
    asSuperuser("UPDATE audit_log SET actor = 'mallory'");
    TrailCheck.Report report = store().check(null);
    assertThat(report.findings()).hasSize(100);
    assertThat(report.findingsTotal()).isEqualTo(150);
    assertThat(report.intact()).isFalse();
  }

  // Part of the trail

  @Test
  void verifyingFromAMomentReadsOnlyBlocksClosedSince() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser("UPDATE audit_log SET actor = 'mallory' WHERE block = 2 AND idx = 0");
      TrailCheck.Report late = trail.store().check(T0.plusSeconds(4));
      assertThat(late.findings()).isEmpty();
      assertThat(late.blocks()).isEqualTo(2);
      assertThat(late.entries()).isEqualTo(6);
      assertThat(trail.store().check(T0.plusSeconds(2)).findings()).hasSize(1);
      TrailCheck.Report future = trail.store().check(T0.plusSeconds(99));
      assertThat(future.findings()).isEmpty();
      assertThat(future.blocks()).isEqualTo(1);
    }
  }

  @Test
  void aBlockMissingAfterTheMomentIsFound() throws SQLException {
    try (var trail = new Tampered()) {
      trail.superuser(
          "DELETE FROM audit_log WHERE block = 5; DELETE FROM audit_blocks WHERE block = 5");
      assertThat(trail.store().check(T0.plusSeconds(3)).findings())
          .extracting(Finding::kind)
          .containsExactly(Kind.WRONG_HEAD);
      assertThat(trail.store().check(T0.plusSeconds(99)).findings())
          .extracting(Finding::kind)
          .containsExactly(Kind.WRONG_HEAD);
    }
  }

  /** A trail of one chain with five blocks of three entries, block n closed at T0 + n s. */
  private final class Tampered implements AutoCloseable {
    private final int chain;

    Tampered() throws SQLException {
      Integer held = null;
      for (int block = 1; block <= 5; block++) {
        try (var transaction = new OneTransaction(database.appDataSource())) {
          held =
              OneBlock.append(
                      transaction.dataSource(),
                      entries(3, T0.plusSeconds(block)),
                      T0.plusSeconds(block),
                      held)
                  .chain();
          transaction.commit();
        }
      }
      chain = held;
      assertThat(store().check(null).intact()).isTrue();
    }

    TrailStore store() {
      return TrailStoreTest.this.store();
    }

    UUID entryOf(int block, int index) throws SQLException {
      return store().page(query(), 100).stream()
          .filter(e -> e.block() == block && e.index() == index)
          .findFirst()
          .orElseThrow()
          .entry()
          .id();
    }

    void superuser(String sql) {
      asSuperuser(sql);
    }

    /** Gives a block another time of closing, and a hash that fits. */
    void rewrite(int block) {
      superuser(
          """
          UPDATE audit_blocks SET closed_at = closed_at - interval '1 hour' WHERE block = %1$d;
          UPDATE audit_blocks SET hash = sha256('\\x02'::bytea || convert_to(
            '{"block":' || block || ',"chain":' || chain
            || ',"closed_at":' || (extract(epoch FROM closed_at) * 1000000)::bigint
            || ',"entries":' || entries || ',"merkle_root":"' || encode(merkle_root, 'hex')
            || '","prev_hash":"' || encode(prev_hash, 'hex') || '"}', 'UTF8')) WHERE block = %1$d"""
              .formatted(block));
    }

    List<Finding> findings() throws SQLException {
      return store().check(null).findings();
    }

    void expect(Kind kind, long block) throws SQLException {
      assertThat(findings())
          .singleElement()
          .satisfies(
              f -> {
                assertThat(f.kind()).as(f.what()).isEqualTo(kind);
                assertThat(f.block()).isEqualTo(block);
                assertThat(f.chain()).isEqualTo(chain);
                assertThat(f.what()).startsWith(kind.words());
              });
    }

    @Override
    public void close() {
      freshTrail();
    }
  }

  private TrailStore store() {
    return new TrailStore(database.appDataSource());
  }

  private TrailStore.Appended append(List<Entry> entries, Instant closedAt, Integer held)
      throws SQLException {
    try (var transaction = new OneTransaction(database.appDataSource())) {
      var appended = OneBlock.append(transaction.dataSource(), entries, closedAt, held);
      transaction.commit();
      return appended;
    }
  }

  private static TrailStore.Query query() {
    return new TrailStore.Query(null, null, null, null, null, null, null, null);
  }

  static List<Entry> entries(int count, Instant at) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(
          Entry.of(
              new AuditEntry(
                  Ids.next(),
                  at.plusNanos(i * 1_000L),
                  "trader" + i % 3,
                  "order_placed",
                  "order",
                  Ids.next().toString(),
                  new UUID(7, i % 3),
                  Map.of(
                      "symbol",
                      "RELIANCE",
                      "quantity",
                      10L + i,
                      "price",
                      new BigDecimal("2831.40")))));
    }
    return entries;
  }

  private void asApplication(String sql) throws SQLException {
    try (Connection connection = database.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void asSuperuser(String sql) {
    database.execute("SET session_replication_role = replica; " + sql);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.ownerDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
