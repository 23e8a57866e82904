package io.tola.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Finding;
import io.tola.audit.domain.Finding.Kind;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.Kept;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.Tree;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TreeStoreTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");

  private final TestDatabase database = TestDatabase.create();
  private final TreeStore store = new TreeStore(database.appDataSource());

  @AfterEach
  void drop() {
    database.close();
  }

  private void integrateAll() throws SQLException {
    while (store.integrate(T0).more()) {
      // as long as a step leaves something behind
    }
  }

  // Growing

  @Test
  void whatWasCommittedIsInTheTreeOnceAndInTheOrderOfItsBlocks() throws SQLException {
    Random random = new Random(4);
    int written = 0;
    for (int i = 0; i < 40; i++) {
      int entries = 1 + random.nextInt(30);
      Trails.append(database, entries, T0);
      written += entries;
      if (random.nextInt(4) == 0) {
        store.integrate(T0);
      }
    }
    integrateAll();
    assertThat(store.integrate(T0).entries()).isZero();

    Tree tree = store.tree();
    assertThat(tree.size()).isEqualTo(written);
    List<TreeStore.Leaf> leaves = store.leaves(0, written);
    assertThat(leaves).hasSize(written);
    MerkleTree simple = new MerkleTree();
    Set<UUID> ids = new HashSet<>();
    for (int i = 0; i < written; i++) {
      TreeStore.Leaf leaf = leaves.get(i);
      assertThat(leaf.leaf()).isEqualTo(i);
      assertThat(leaf.hash()).isEqualTo(leaf.entry().hash());
      simple.add(leaf.hash());
      ids.add(leaf.entry().id());
      if (i % 9 == 0) {
        TreeStore.Located located = store.locate(leaf.entry().id());
        assertThat(located.leaf()).isEqualTo(i);
        assertThat(located.entry().entry()).isEqualTo(leaf.entry());
      }
    }
    assertThat(ids).hasSize(written);
    assertThat(tree.root()).isEqualTo(simple.root());
    assertThat(store.<Hash>read(t -> t.root(tree.size()))).isEqualTo(simple.root());
    assertIntact();
  }

  @Test
  void aPartOfTheLeavesIsReadByItself() throws SQLException {
    for (int i = 0; i < 9; i++) {
      Trails.append(database, 7, T0);
      if (i % 2 == 0) {
        store.integrate(T0);
      }
    }
    integrateAll();
    List<TreeStore.Leaf> all = store.leaves(0, 63);
    for (int from = 0; from <= 63; from += 9) {
      for (int to = from; to <= 63; to += 8) {
        assertThat(store.leaves(from, to)).isEqualTo(all.subList(from, to));
      }
    }
  }

  @Test
  void aTransactionThatCommitsLateIsNotSkipped() throws SQLException {
    List<Entry> late = TrailStoreTest.entries(2, T0);
    try (var transaction = new OneTransaction(database.appDataSource())) {
      OneBlock.append(transaction.dataSource(), late, T0, null);
      for (int i = 0; i < 30; i++) {
        Trails.append(database, 3, T0);
        store.integrate(T0);
      }
      integrateAll();
      assertThat(store.tree().size()).isEqualTo(90);
      assertThat(store.locate(late.get(0).id())).isNull();
      transaction.commit();
    }
    assertThat(store.locate(late.get(0).id()).leaf()).isNull();
    integrateAll();
    assertThat(store.tree().size()).isEqualTo(92);
    assertThat(store.locate(late.get(1).id()).leaf()).isEqualTo(91);
    assertIntact();
  }

  @Test
  void aRolledBackTransactionLeavesNoTrace() throws SQLException {
    try (var transaction = new OneTransaction(database.appDataSource())) {
      OneBlock.append(transaction.dataSource(), TrailStoreTest.entries(2, T0), T0, null);
    }
    Trails.append(database, 3, T0);
    integrateAll();
    assertThat(store.tree().size()).isEqualTo(3);
  }

  @Test
  void manyWritersAndSeveralNodesAtOnceMakeOneTree() throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    var threads = Executors.newFixedThreadPool(7);
    List<Future<Integer>> writers = new ArrayList<>();
    List<Future<Integer>> nodes = new ArrayList<>();
    for (int w = 0; w < 4; w++) {
      Random random = new Random(w);
      writers.add(
          threads.submit(
              () -> {
                int written = 0;
                for (int i = 0; i < 40; i++) {
                  int entries = 1 + random.nextInt(8);
                  Trails.append(database, entries, T0);
                  written += entries;
                }
                return written;
              }));
    }
    for (int n = 0; n < 3; n++) {
      Callable<Integer> node =
          () -> {
            TreeStore own = new TreeStore(database.appDataSource());
            int integrated = 0;
            while (writing.get()) {
              integrated += own.integrate(T0).entries();
            }
            return integrated;
          };
      nodes.add(threads.submit(node));
    }
    int written = 0;
    for (Future<Integer> writer : writers) {
      written += writer.get();
    }
    writing.set(false);
    int integrated = 0;
    for (Future<Integer> node : nodes) {
      integrated += node.get();
    }
    threads.shutdown();
    while (true) {
      TreeStore.Step step = store.integrate(T0);
      integrated += step.entries();
      if (step.entries() == 0) {
        break;
      }
    }
    assertThat(integrated).isEqualTo(written);
    assertThat(store.tree().size()).isEqualTo(written);
    assertIntact();
  }

  @Test
  void moreBlocksThanAStepTakesAreTakenByTheNext() throws SQLException {
    Integer held = null;
    try (var transaction = new OneTransaction(database.appDataSource())) {
      for (int i = 0; i < 150; i++) {
        held =
            OneBlock.append(transaction.dataSource(), TrailStoreTest.entries(1, T0), T0, held)
                .chain();
      }
      transaction.commit();
    }
    TreeStore.Step first = store.integrate(T0);
    assertThat(first.more()).isTrue();
    assertThat(first.entries()).isEqualTo(64);
    integrateAll();
    assertThat(store.tree().size()).isEqualTo(150);
    assertIntact();
  }

  @Test
  void aBlockThatWasChangedBeforeItIsInTheTreeHaltsItsChainOnly() throws SQLException {
    var changed = Trails.append(database, 3, T0);
    superuser("UPDATE audit_log SET hash = sha256(hash) WHERE idx = 1");
    try (var transaction = new OneTransaction(database.appDataSource())) {
      int other = changed.chain() == 0 ? 1 : 0;
      OneBlock.append(transaction.dataSource(), TrailStoreTest.entries(2, T0), T0, other);
      transaction.commit();
    }
    TreeStore.Step step = store.integrate(T0);
    assertThat(step.halted()).containsExactly(changed.chain());
    assertThat(step.entries()).isEqualTo(2);
    assertThat(store.integrate(T0).entries()).isZero();
  }

  @Test
  void aTreeWhoseTilesWereChangedIsNotGrown() throws SQLException {
    Trails.append(database, 3, T0);
    store.integrate(T0);
    superuser("UPDATE audit_tree_tiles SET hashes = sha256(hashes) || substring(hashes FROM 33)");
    Trails.append(database, 3, T0);
    assertThatThrownBy(() -> new TreeStore(database.appDataSource()).integrate(T0))
        .isInstanceOf(BrokenTree.class);
    // The node that grew it last still knows what it wrote; the table refuses it.
    assertThatThrownBy(() -> store.integrate(T0)).isInstanceOf(SQLException.class);
  }

  // What the database refuses

  @Test
  void theTreeIsAppendOnlyForTheOwnerToo() throws SQLException {
    Trails.append(database, 300, T0);
    store.integrate(T0);
    for (String sql :
        List.of(
            "UPDATE audit_tree_runs SET leaves = 299",
            "DELETE FROM audit_tree_runs",
            "TRUNCATE audit_tree_runs",
            "UPDATE audit_tree_tiles SET hashes = sha256(hashes)",
            "UPDATE audit_tree_tiles SET hashes = substring(hashes FROM 1 FOR 32)",
            "DELETE FROM audit_tree_tiles",
            "TRUNCATE audit_tree_tiles",
            "UPDATE audit_tree SET size = size - 1",
            "UPDATE audit_tree SET root = sha256(root)",
            "UPDATE audit_tree SET dropped_below = 7",
            "UPDATE audit_tree SET dropped_below = 300",
            "UPDATE audit_tree SET log_id = gen_random_uuid()",
            "DELETE FROM audit_tree",
            "TRUNCATE audit_tree",
            "DELETE FROM audit_log",
            "SELECT drop_bodies(300)")) {
      assertThatThrownBy(() -> database.execute(sql)).as(sql).isInstanceOf(Exception.class);
    }
    for (String sql :
        List.of(
            "UPDATE audit_tree SET dropped_below = 300",
            "UPDATE audit_tree SET least_retention = '0'",
            "DELETE FROM audit_log",
            "DELETE FROM audit_tree_tiles",
            "SELECT drop_bodies(300)")) {
      assertThatThrownBy(() -> application(sql)).as(sql).isInstanceOf(SQLException.class);
    }
    assertIntact();
  }

  // Retention

  @Test
  void whatIsOldEnoughIsDroppedAndEveryProofStillHolds() throws SQLException {
    database.execute("UPDATE audit_tree SET least_retention = '1 day'");
    Instant old = Instant.parse("2020-01-01T00:00:00Z");
    for (int i = 0; i < 5; i++) {
      Trails.append(database, 60, old.plusSeconds(i));
      store.integrate(T0);
    }
    for (int i = 0; i < 3; i++) {
      Trails.append(database, 20, Instant.parse("2026-11-21T04:00:00Z").plusSeconds(i));
      store.integrate(T0);
    }
    Tree before = store.tree();
    List<TreeStore.Leaf> all = store.leaves(0, before.size());
    Hash[] proof = store.read(t -> t.inclusion(17, before.size()).toArray(Hash[]::new));

    long all360 = before.size();
    assertThat(store.droppable(old, all360, 5_000)).isZero();
    assertThat(store.droppable(old.plusSeconds(2), all360, 5_000)).isEqualTo(120);
    assertThat(store.droppable(T0, all360, 5_000)).isEqualTo(300);
    // A step has its limit, but for the first run; and nothing goes that no checkpoint shows.
    assertThat(store.droppable(T0, all360, 200)).isEqualTo(180);
    assertThat(store.droppable(T0, all360, 1)).isEqualTo(60);
    assertThat(store.droppable(T0, 299, 5_000)).isEqualTo(240);
    assertThat(store.droppable(T0, 59, 5_000)).isZero();
    assertThat(store.drop(300)).isEqualTo(300);
    assertThat(store.drop(300)).isZero();

    Tree after = store.tree();
    assertThat(after.droppedBelow()).isEqualTo(300);
    assertThat(after.root()).isEqualTo(before.root());
    assertThat(store.locate(all.get(17).entry().id())).isNull();
    assertThat(store.locate(all.get(317).entry().id()).leaf()).isEqualTo(317);
    assertThat(store.leaves(0, before.size())).isEqualTo(all.subList(300, 360));
    assertThat(store.<Hash[]>read(t -> t.inclusion(17, before.size()).toArray(Hash[]::new)))
        .isEqualTo(proof);
    // Nothing records it yet.
    assertThat(findings()).extracting(Finding::kind).containsExactly(Kind.UNRECORDED_DROP);
    Trails.append(
        database,
        List.of(
            new Entry(
                UUID.randomUUID(),
                T0,
                "system",
                "audit_bodies_dropped",
                "audit_log",
                "300",
                null,
                "{}")),
        T0);
    store.integrate(T0);
    Checkpoint shown =
        new Checkpoint("tola/" + before.log(), before.size(), before.root(), old.plusSeconds(60));
    assertThat(findings(Kept.of(List.of(shown)), 1_825)).isEmpty();
    assertThat(findings(new Kept(null, List.of(), List.of(shown)), 1_825)).isEmpty();
    for (List<Finding> found :
        List.of(
            findings(Kept.of(List.of(shown)), 3_650),
            findings(Kept.NONE, 1_825),
            findings(
                Kept.of(List.of(new Checkpoint(shown.origin(), shown.size(), shown.root(), T0))),
                1_825))) {
      assertThat(found).extracting(Finding::kind).containsExactly(Kind.UNRECORDED_DROP);
    }
  }

  private List<Finding> findings(Kept kept, int days) throws SQLException {
    return new TrailStore(database.appDataSource())
        .verify(
            new TrailStore.Wanted(null, kept, Duration.ofDays(days), T0, (entries, total) -> {}))
        .trail()
        .findings();
  }

  @Test
  void whatADropReadsDoesNotGrowWithWhatWasDroppedBefore() throws SQLException {
    Instant old = Instant.parse("2020-01-01T00:00:00Z");
    for (int i = 0; i < 400; i++) {
      Trails.append(database, 1, old);
      store.integrate(T0);
    }
    long first = rowsReadByDropping(10);
    assertThat(store.drop(380)).isEqualTo(370);
    assertThat(rowsReadByDropping(390)).isLessThanOrEqualTo(first + 10).isLessThan(200);
  }

  /** Rows of runs, blocks and entries that were read, by index or not. */
  private long rowsReadByDropping(long below) throws SQLException {
    try (Connection connection = database.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET plan_cache_mode = force_generic_plan");
      statement.execute("SELECT drop_bodies(" + below + ")");
      try (var row =
          statement.executeQuery(
              "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
                  + " WHERE relname IN ('audit_tree_runs', 'audit_blocks', 'audit_log')")) {
        row.next();
        long read = row.getLong(1);
        connection.commit();
        return read;
      }
    }
  }

  @Test
  void theDatabasesLeastRetentionHoldsBackWhatIsToldToBeOldEnough() throws SQLException {
    Trails.append(database, 5, Instant.parse("2024-01-01T00:00:00Z"));
    store.integrate(T0);
    assertThat(store.droppable(T0, 5, 5_000)).isZero();
    database.execute("UPDATE audit_tree SET least_retention = '1 year'");
    assertThat(store.droppable(T0, 5, 5_000)).isEqualTo(5);
  }

  @Test
  void whatIsYoungerThanTheLeastRetentionIsKept() throws SQLException {
    Trails.append(database, 5, Instant.parse("2024-01-01T00:00:00Z"));
    store.integrate(T0);
    assertThatThrownBy(() -> store.drop(5)).hasMessageContaining("younger than 5 years");
    assertThatThrownBy(() -> database.execute("SELECT drop_bodies(3)"))
        .hasStackTraceContaining("no run of blocks ends before leaf 3");
  }

  // Checking

  @Test
  void aCheckTellsHowFarItIs() throws SQLException {
    for (int i = 0; i < 3; i++) {
      Trails.append(database, 8_000, T0);
    }
    store.integrate(T0);
    Trails.append(database, 1_000, T0);
    List<Long> told = new ArrayList<>();
    TrailStore.Checked checked =
        new TrailStore(database.appDataSource())
            .verify(
                new TrailStore.Wanted(
                    null,
                    Kept.NONE,
                    Duration.ZERO,
                    T0,
                    (entries, total) -> {
                      told.add(entries);
                      assertThat(total).isEqualTo(25_000);
                    }));
    assertThat(checked.trail().intact()).isTrue();
    assertThat(checked.leaves()).isEqualTo(24_000);
    assertThat(told).containsExactly(10_000L, 20_000L);
  }

  @Test
  void theTreesRowThatIsGoneIsFound() throws SQLException {
    Trails.append(database, 3, T0);
    store.integrate(T0);
    superuser("DELETE FROM audit_tree");
    assertThat(findings()).extracting(Finding::kind).containsExactly(Kind.WRONG_TREE);
  }

  private List<Finding> findings() throws SQLException {
    return new TrailStore(database.appDataSource()).check(null).findings();
  }

  private void assertIntact() throws SQLException {
    assertThat(findings()).isEmpty();
  }

  private void application(String sql) throws SQLException {
    try (Connection connection = database.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void superuser(String sql) {
    database.execute("SET session_replication_role = replica; " + sql);
  }
}
