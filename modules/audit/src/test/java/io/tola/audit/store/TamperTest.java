package io.tola.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.audit.domain.Block;
import io.tola.audit.domain.ChainHead;
import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Finding;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.Kept;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.Run;
import io.tola.audit.domain.StoredBlock;
import io.tola.audit.domain.StoredEntry;
import io.tola.audit.domain.Tile;
import io.tola.audit.domain.TileWriter;
import io.tola.audit.domain.TrailCheck;
import io.tola.audit.domain.Tree;
import io.tola.audit.domain.TreeCheck;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Everything that somebody with all rights over the database may do to the trail is found: 10,000
 * tamperings of the rows as they were read, and some hundred with SQL as superuser. A checkpoint that
 * was kept elsewhere is what finds those that leave no contradiction behind.
 */
class TamperTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");
  private static final Instant NOW = T0.plusSeconds(86_400);
  private static final Duration FIVE_YEARS = Duration.ofDays(1_825);
  private static final TestDatabase DATABASE = TestDatabase.create();

  private static Trail honest;
  private static List<Checkpoint> kept;

  @BeforeAll
  static void writeATrail() throws SQLException {
    TreeStore store = new TreeStore(DATABASE.appDataSource());
    Random random = new Random(11);
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (int step = 0; step < 6; step++) {
      for (int block = 0; block < 2; block++) {
        Trails.append(DATABASE, 1 + random.nextInt(5), T0.plusSeconds(step));
      }
      store.integrate(T0);
      Tree tree = store.tree();
      checkpoints.add(
          new Checkpoint("tola/" + tree.log(), tree.size(), tree.root(), T0.plusSeconds(step)));
    }
    kept = List.copyOf(checkpoints);
    // Something the tree doesn't have yet.
    Trails.append(DATABASE, 2, T0.plusSeconds(9));
    try (Connection connection = DATABASE.ownerDataSource().getConnection()) {
      honest = Trail.read(connection);
    }
    assertThat(honest.faults(kept)).isZero();
  }

  @Test
  void tenThousandTamperingsAreAllFound() {
    Random random = new Random(20261121);
    for (int i = 0; i < 10_000; i++) {
      Trail trail = honest.copy();
      String what = tamper(trail, random);
      assertThat(trail.equals(honest)).as(i + " changes nothing: " + what).isFalse();
      assertThat(trail.faults(kept)).as(i + ": " + what).isPositive();
    }
  }

  @Test
  void withoutTheCheckpointsACompleteRewriteIsNotFound() {
    // Why they are kept outside: inside, nothing contradicts anything.
    Trail trail = honest.copy();
    trail.rebuild(trail.entries.subList(1, trail.entries.size()));
    assertThat(trail.faults(List.of())).isZero();
    assertThat(trail.faults(kept)).isPositive();
  }

  private static String tamper(Trail trail, Random random) {
    int e = random.nextInt(trail.entries.size());
    int b = random.nextInt(trail.blocks.size());
    int r = random.nextInt(trail.runs.size());
    int inTree = random.nextInt((int) trail.tree.size());
    switch (random.nextInt(20)) {
      case 0 -> {
        StoredEntry s = trail.entries.get(e);
        trail.entries.set(e, with(s, edited(s.entry(), random), s.hash()));
        return "edit an entry";
      }
      case 1 -> {
        StoredEntry s = trail.entries.get(e);
        Entry edited = edited(s.entry(), random);
        trail.entries.set(e, with(s, edited, edited.hash()));
        return "edit an entry and its hash";
      }
      case 2 -> {
        StoredEntry s = trail.entries.get(e);
        Entry edited = edited(s.entry(), random);
        trail.entries.set(e, with(s, edited, edited.hash()));
        trail.reroot(s.chain(), s.block());
        return "edit an entry, its hash, its block";
      }
      case 3 -> {
        trail.entries.remove(e);
        return "delete an entry";
      }
      case 4 -> {
        StoredEntry s = trail.entries.remove(e);
        trail.renumber(s.chain(), s.block());
        trail.reroot(s.chain(), s.block());
        return "delete an entry and make its block anew";
      }
      case 5 -> {
        StoredEntry s = trail.entries.get(e);
        Entry forged = edited(s.entry(), random);
        trail.entries.add(
            e + 1,
            new StoredEntry(
                new Entry(
                    new UUID(random.nextLong(), random.nextLong()),
                    forged.at(),
                    forged.actor(),
                    forged.action(),
                    forged.entityType(),
                    forged.entityId(),
                    forged.accountId(),
                    forged.detail()),
                s.chain(),
                s.block(),
                s.index() + 1,
                forged.hash()));
        if (random.nextBoolean()) {
          trail.renumber(s.chain(), s.block());
          trail.reroot(s.chain(), s.block());
        }
        return "insert an entry";
      }
      case 6 -> {
        int other = (e + 1 + random.nextInt(trail.entries.size() - 1)) % trail.entries.size();
        StoredEntry one = trail.entries.get(e);
        StoredEntry two = trail.entries.get(other);
        trail.entries.set(e, with(one, two.entry(), two.hash()));
        trail.entries.set(other, with(two, one.entry(), one.hash()));
        if (random.nextBoolean()) {
          trail.reroot(one.chain(), one.block());
          trail.reroot(two.chain(), two.block());
        }
        return "exchange two entries";
      }
      case 7 -> {
        StoredBlock gone = trail.blocks.remove(b);
        if (random.nextBoolean()) {
          trail.entries.removeIf(
              x -> x.chain() == gone.block().chain() && x.block() == gone.block().number());
        }
        return "delete a block";
      }
      case 8 -> {
        // The end of a chain is cut off, and its head set back.
        int chain = trail.runs.get(r).chain();
        long from = trail.runs.get(r).firstBlock();
        trail.entries.removeIf(x -> x.chain() == chain && x.block() >= from);
        trail.blocks.removeIf(x -> x.block().chain() == chain && x.block().number() >= from);
        trail.reheads();
        return "truncate a chain";
      }
      case 9 -> {
        // Everything from some leaf on is gone, and all the rest made to fit.
        trail.rebuild(trail.inLeafOrder().subList(0, inTree));
        return "truncate the log without a contradiction";
      }
      case 10 -> {
        List<StoredEntry> all = trail.inLeafOrder();
        StoredEntry s = all.get(inTree);
        Entry edited = edited(s.entry(), random);
        all.set(inTree, with(s, edited, edited.hash()));
        trail.rebuild(all);
        return "edit and make everything anew";
      }
      case 11 -> {
        List<StoredEntry> all = trail.inLeafOrder();
        all.remove(inTree);
        trail.rebuild(all);
        return "delete and make everything anew";
      }
      case 12 -> {
        List<StoredEntry> all = trail.inLeafOrder();
        StoredEntry s = all.get(inTree);
        Entry forged = edited(s.entry(), random);
        all.add(inTree, with(s, forged, forged.hash()));
        trail.rebuild(all);
        return "insert and make everything anew";
      }
      case 13 -> {
        List<StoredEntry> all = trail.inLeafOrder();
        int other = (inTree + 1 + random.nextInt(all.size() - 1)) % (int) trail.tree.size();
        if (other == inTree) {
          other = inTree == 0 ? 1 : inTree - 1;
        }
        StoredEntry s = all.get(inTree);
        all.set(inTree, all.get(other));
        all.set(other, s);
        trail.rebuild(all);
        return "reorder and make everything anew";
      }
      case 14 -> {
        Tile tile = trail.tiles.get(0);
        byte[] hashes = tile.hashes().clone();
        hashes[random.nextInt(hashes.length)] ^= (byte) (1 << random.nextInt(8));
        trail.tiles.set(0, new Tile(tile.level(), tile.index(), hashes));
        if (random.nextBoolean()) {
          trail.treeFromTiles();
        }
        return "change a hash of the tree";
      }
      case 15 -> {
        Run run = trail.runs.get(r);
        trail.runs.set(
            r,
            switch (random.nextInt(5)) {
              case 0 ->
                  new Run(
                      run.firstLeaf() + 1,
                      run.leaves(),
                      run.chain(),
                      run.firstBlock(),
                      run.lastBlock());
              case 1 ->
                  new Run(
                      run.firstLeaf(),
                      run.leaves() + 1,
                      run.chain(),
                      run.firstBlock(),
                      run.lastBlock());
              case 2 ->
                  new Run(
                      run.firstLeaf(),
                      run.leaves(),
                      (run.chain() + 1) % 16,
                      run.firstBlock(),
                      run.lastBlock());
              case 3 ->
                  new Run(
                      run.firstLeaf(),
                      run.leaves(),
                      run.chain(),
                      run.firstBlock() + 1,
                      run.lastBlock() + 1);
              default ->
                  new Run(
                      run.firstLeaf(),
                      run.leaves(),
                      run.chain(),
                      run.firstBlock(),
                      run.lastBlock() + 1);
            });
        return "change a run";
      }
      case 16 -> {
        trail.runs.remove(r);
        return "delete a run";
      }
      case 17 -> {
        Tree t = trail.tree;
        trail.tree =
            switch (random.nextInt(3)) {
              case 0 -> new Tree(t.log(), t.size() - 1 - random.nextInt(3), t.root(), 0);
              case 1 -> new Tree(t.log(), t.size(), Hash.NONE, 0);
              default -> {
                // Entries are gone, and the tree says that they were dropped.
                trail.drop(r);
                yield trail.tree;
              }
            };
        return "change what the tree says of itself";
      }
      case 18 -> {
        // The same, and an entry says so too, at a moment of which much may be true.
        trail.drop(r);
        Instant at =
            switch (random.nextInt(4)) {
              case 0 -> Instant.parse("2040-01-01T00:00:00Z");
              case 1 -> NOW;
              case 2 -> NOW.minusSeconds(60);
              default -> T0.minus(FIVE_YEARS);
            };
        if (random.nextBoolean()) {
          trail.backdate(FIVE_YEARS.multipliedBy(2));
        }
        trail.record(random.nextInt(trail.heads.size()), at);
        return "delete entries and record that they were dropped at " + at;
      }
      default -> {
        StoredBlock s = trail.blocks.get(b);
        Block x = s.block();
        Block changed =
            switch (random.nextInt(4)) {
              case 0 ->
                  new Block(
                      x.chain(),
                      x.number(),
                      x.previous(),
                      x.root(),
                      x.entries(),
                      x.closedAt().plusNanos(1_000));
              case 1 ->
                  new Block(x.chain(), x.number(), x.root(), x.root(), x.entries(), x.closedAt());
              case 2 ->
                  new Block(
                      x.chain(), x.number(), x.previous(), x.hash(), x.entries(), x.closedAt());
              default ->
                  new Block(
                      x.chain(), x.number(), x.previous(), x.root(), x.entries() + 1, x.closedAt());
            };
        boolean fits = random.nextBoolean();
        trail.blocks.set(b, new StoredBlock(changed, fits ? changed.hash() : s.hash()));
        return "change a block" + (fits ? " and its hash" : "");
      }
    }
  }

  private static StoredEntry with(StoredEntry s, Entry entry, Hash hash) {
    return new StoredEntry(entry, s.chain(), s.block(), s.index(), hash);
  }

  private static Entry edited(Entry e, Random random) {
    return switch (random.nextInt(8)) {
      case 0 ->
          new Entry(
              new UUID(random.nextLong(), random.nextLong()),
              e.at(),
              e.actor(),
              e.action(),
              e.entityType(),
              e.entityId(),
              e.accountId(),
              e.detail());
      case 1 ->
          new Entry(
              e.id(),
              e.at().plusNanos(1_000L * (1 + random.nextInt(9))),
              e.actor(),
              e.action(),
              e.entityType(),
              e.entityId(),
              e.accountId(),
              e.detail());
      case 2 ->
          new Entry(
              e.id(),
              e.at(),
              e.actor() + "x",
              e.action(),
              e.entityType(),
              e.entityId(),
              e.accountId(),
              e.detail());
      case 3 ->
          new Entry(
              e.id(),
              e.at(),
              e.actor(),
              e.action() + "_",
              e.entityType(),
              e.entityId(),
              e.accountId(),
              e.detail());
      case 4 ->
          new Entry(
              e.id(),
              e.at(),
              e.actor(),
              e.action(),
              "user",
              e.entityId(),
              e.accountId(),
              e.detail());
      case 5 ->
          new Entry(
              e.id(),
              e.at(),
              e.actor(),
              e.action(),
              e.entityType(),
              "0" + e.entityId(),
              e.accountId(),
              e.detail());
      case 6 ->
          new Entry(
              e.id(),
              e.at(),
              e.actor(),
              e.action(),
              e.entityType(),
              e.entityId(),
              null,
              e.detail());
      default ->
          new Entry(
              e.id(),
              e.at(),
              e.actor(),
              e.action(),
              e.entityType(),
              e.entityId(),
              e.accountId(),
              e.detail().replace("RELIANCE", "RELIANCe"));
    };
  }

  /** The trail's rows, to be changed at will. */
  private static final class Trail {
    private final List<ChainHead> heads = new ArrayList<>();
    private final List<StoredBlock> blocks = new ArrayList<>();
    private final List<StoredEntry> entries = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private final List<Tile> tiles = new ArrayList<>();
    private Tree tree;

    static Trail read(Connection connection) throws SQLException {
      Trail trail = new Trail();
      rows(
          connection,
          "SELECT * FROM audit_chains ORDER BY chain",
          r -> trail.heads.add(TrailStore.head(r)));
      rows(
          connection,
          "SELECT * FROM audit_blocks ORDER BY chain, block",
          r -> trail.blocks.add(TrailStore.block(r)));
      rows(
          connection,
          "SELECT * FROM audit_log ORDER BY chain, block, idx",
          r -> trail.entries.add(TrailStore.entry(r)));
      rows(
          connection,
          "SELECT first_leaf, leaves, chain, first_block, last_block FROM audit_tree_runs ORDER BY 1",
          r -> trail.runs.add(TrailStore.run(r)));
      rows(
          connection,
          "SELECT level, tile, hashes FROM audit_tree_tiles ORDER BY 1, 2",
          r -> trail.tiles.add(new Tile(r.getInt(1), r.getLong(2), r.getBytes(3))));
      trail.tree = TreeStore.findTree(connection);
      return trail;
    }

    private interface Row {
      void read(ResultSet row) throws SQLException;
    }

    private static void rows(Connection connection, String sql, Row row) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          row.read(rows);
        }
      }
    }

    Trail copy() {
      Trail copy = new Trail();
      copy.heads.addAll(heads);
      copy.blocks.addAll(blocks);
      copy.entries.addAll(entries);
      copy.runs.addAll(runs);
      copy.tiles.addAll(tiles);
      copy.tree = tree;
      return copy;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Trail t
          && heads.equals(t.heads)
          && blocks.equals(t.blocks)
          && entries.equals(t.entries)
          && runs.equals(t.runs)
          && tiles.equals(t.tiles)
          && tree.equals(t.tree);
    }

    @Override
    public int hashCode() {
      return entries.hashCode();
    }

    long faults(List<Checkpoint> checkpoints) {
      Comparator<Integer> number = Comparator.naturalOrder();
      blocks.sort(
          Comparator.comparing((StoredBlock s) -> s.block().chain(), number)
              .thenComparing(s -> s.block().number()));
      entries.sort(
          Comparator.comparing(StoredEntry::chain, number)
              .thenComparing(StoredEntry::block)
              .thenComparing(StoredEntry::index));
      runs.sort(Comparator.comparing(Run::firstLeaf));
      Map<Integer, Long> dropped = new java.util.HashMap<>();
      runs.stream()
          .filter(run -> run.firstLeaf() < tree.droppedBelow())
          .forEach(run -> dropped.merge(run.chain(), run.lastBlock(), Math::max));
      TrailCheck chains = new TrailCheck(heads, Map.of(), dropped, n -> {});
      long found = chains.run(blocks.iterator(), entries.iterator()).findingsTotal();
      TreeCheck check = new TreeCheck(tree, heads, Kept.of(checkpoints));
      // As the join of runs and blocks gives them.
      List<StoredBlock> inOrder = new ArrayList<>();
      for (Run run : runs) {
        blocks.stream()
            .filter(
                s ->
                    s.block().chain() == run.chain()
                        && s.block().number() >= run.firstBlock()
                        && s.block().number() <= run.lastBlock())
            .forEach(inOrder::add);
      }
      TreeCheck.Report report =
          check.run(
              runs.iterator(),
              inOrder.iterator(),
              tiles.stream().filter(t -> t.level() == 0).iterator(),
              (level, index) -> null,
              tiles.stream().filter(t -> t.level() > 0).count());
      return found + check.dropped(chains.drops(), FIVE_YEARS, NOW, report).findingsTotal();
    }

    /** The entries of the tree in its order, then the others. */
    List<StoredEntry> inLeafOrder() {
      List<StoredEntry> ordered = new ArrayList<>();
      for (Run run : runs) {
        entries.stream()
            .filter(
                s ->
                    s.chain() == run.chain()
                        && s.block() >= run.firstBlock()
                        && s.block() <= run.lastBlock())
            .forEach(ordered::add);
      }
      entries.stream().filter(s -> !ordered.contains(s)).forEach(ordered::add);
      return ordered;
    }

    void renumber(int chain, long block) {
      int next = 0;
      for (int i = 0; i < entries.size(); i++) {
        StoredEntry s = entries.get(i);
        if (s.chain() == chain && s.block() == block) {
          entries.set(i, new StoredEntry(s.entry(), chain, block, next++, s.entry().hash()));
        }
      }
    }

    /** Gives a block the root and number of its entries, and the hash that fits. */
    void reroot(int chain, long number) {
      MerkleTree root = new MerkleTree();
      entries.stream()
          .filter(s -> s.chain() == chain && s.block() == number)
          .sorted(Comparator.comparing(StoredEntry::index))
          .forEach(s -> root.add(s.hash()));
      for (int i = 0; i < blocks.size(); i++) {
        Block x = blocks.get(i).block();
        if (x.chain() == chain && x.number() == number && root.size() > 0) {
          Block made =
              new Block(chain, number, x.previous(), root.root(), (int) root.size(), x.closedAt());
          blocks.set(i, new StoredBlock(made, made.hash()));
        }
      }
    }

    /** The entries up to this run are gone, and the tree says that they were dropped. */
    void drop(int upTo) {
      for (int i = 0; i <= upTo; i++) {
        Run run = runs.get(i);
        entries.removeIf(
            x ->
                x.chain() == run.chain()
                    && x.block() >= run.firstBlock()
                    && x.block() <= run.lastBlock());
      }
      Run last = runs.get(upTo);
      tree = new Tree(tree.log(), tree.size(), tree.root(), last.firstLeaf() + last.leaves());
    }

    /** An honestly made block with the entry that records what was dropped. */
    void record(int at, Instant when) {
      ChainHead head = heads.get(at);
      Entry entry =
          new Entry(
              new UUID(4, 2),
              when,
              "system",
              TreeCheck.DROPPED,
              "audit_log",
              Long.toString(tree.droppedBelow()),
              null,
              "{}");
      MerkleTree root = new MerkleTree();
      root.add(entry.hash());
      Block block = new Block(head.chain(), head.height() + 1, head.hash(), root.root(), 1, NOW);
      blocks.add(new StoredBlock(block, block.hash()));
      entries.add(new StoredEntry(entry, head.chain(), block.number(), 0, entry.hash()));
      heads.set(at, new ChainHead(head.chain(), block.number(), block.hash()));
    }

    /** All blocks were closed earlier, and all their hashes fit: the leaves don't say when. */
    void backdate(Duration by) {
      Map<Integer, Hash> previous = new java.util.HashMap<>();
      blocks.sort(
          Comparator.comparing((StoredBlock s) -> s.block().chain())
              .thenComparing(s -> s.block().number()));
      for (int i = 0; i < blocks.size(); i++) {
        Block x = blocks.get(i).block();
        Block made =
            new Block(
                x.chain(),
                x.number(),
                previous.getOrDefault(x.chain(), Hash.NONE),
                x.root(),
                x.entries(),
                x.closedAt().minus(by));
        previous.put(x.chain(), made.hash());
        blocks.set(i, new StoredBlock(made, made.hash()));
      }
      reheads();
    }

    void reheads() {
      for (int i = 0; i < heads.size(); i++) {
        int chain = heads.get(i).chain();
        ChainHead head = new ChainHead(chain, 0, Hash.NONE);
        for (StoredBlock s : blocks) {
          if (s.block().chain() == chain && s.block().number() > head.height()) {
            head = new ChainHead(chain, s.block().number(), s.hash());
          }
        }
        heads.set(i, head);
      }
    }

    void treeFromTiles() {
      MerkleTree root = new MerkleTree();
      Tile tile = tiles.get(0);
      for (int i = 0; i < tile.width(); i++) {
        root.add(tile.hash(i));
      }
      tree = new Tree(tree.log(), root.size(), root.root(), tree.droppedBelow());
    }

    /** These entries and no others, in this order, on one chain, everything made to fit. */
    void rebuild(List<StoredEntry> wanted) {
      List<StoredEntry> source = List.copyOf(wanted);
      entries.clear();
      blocks.clear();
      runs.clear();
      tiles.clear();
      TileWriter writer = new TileWriter();
      Hash previous = Hash.NONE;
      for (int at = 0, number = 1; at < source.size(); at += 3, number++) {
        MerkleTree root = new MerkleTree();
        int count = Math.min(3, source.size() - at);
        for (int i = 0; i < count; i++) {
          Entry entry = source.get(at + i).entry();
          entries.add(new StoredEntry(entry, 0, number, i, entry.hash()));
          root.add(entry.hash());
          writer.add(entry.hash());
        }
        Block block = new Block(0, number, previous, root.root(), count, T0);
        blocks.add(new StoredBlock(block, block.hash()));
        runs.add(new Run(at, count, 0, number, number));
        previous = block.hash();
      }
      tiles.addAll(writer.finished());
      tiles.addAll(writer.unfinished(true));
      tree = new Tree(tree.log(), writer.size(), writer.root(), 0);
      reheads();
    }
  }

  // The same with SQL

  /** What a superuser may try; each is undone by a rollback. */
  private static final List<String> STATEMENTS =
      List.of(
          "UPDATE audit_log SET actor = 'mallory' WHERE ctid = (SELECT ctid FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1)",
          "UPDATE audit_log SET at = at + interval '1 microsecond' WHERE ctid = (SELECT ctid FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1)",
          "UPDATE audit_log SET detail = detail || ' ' WHERE ctid = (SELECT ctid FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1)",
          "UPDATE audit_log SET hash = sha256(hash) WHERE ctid = (SELECT ctid FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1)",
          "DELETE FROM audit_log WHERE ctid = (SELECT ctid FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1)",
          "INSERT INTO audit_log SELECT gen_random_uuid(), at, actor, action, entity_type, entity_id, account_id, detail, chain, block, idx + 90, hash FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1",
          "INSERT INTO audit_log SELECT gen_random_uuid(), at, actor, action, entity_type, entity_id, account_id, detail, 77, block, idx, hash FROM audit_log ORDER BY id OFFSET %1$d LIMIT 1",
          "WITH two AS (SELECT id, chain, block, idx, lead(id) OVER (ORDER BY chain, block, idx) AS next FROM audit_log), one AS (SELECT * FROM two WHERE next IS NOT NULL ORDER BY id OFFSET %1$d %% 10 LIMIT 1)"
              + " UPDATE audit_log a SET idx = a.idx + 40 FROM one WHERE a.id IN (one.id, one.next)",
          "DELETE FROM audit_blocks WHERE ctid = (SELECT ctid FROM audit_blocks ORDER BY chain, block OFFSET %1$d %% 10 LIMIT 1)",
          "UPDATE audit_blocks SET closed_at = closed_at - interval '1 hour' WHERE ctid = (SELECT ctid FROM audit_blocks ORDER BY chain, block OFFSET %1$d %% 10 LIMIT 1)",
          "UPDATE audit_chains SET height = height - 1 WHERE height > 0",
          "UPDATE audit_chains SET head_hash = sha256(head_hash) WHERE height > 0",
          "DELETE FROM audit_chains WHERE chain = %1$d %% 16",
          "DELETE FROM audit_log; DELETE FROM audit_blocks; UPDATE audit_chains SET height = 0, head_hash = decode(repeat('00', 32), 'hex')",
          "DELETE FROM audit_tree_runs WHERE ctid = (SELECT ctid FROM audit_tree_runs ORDER BY first_leaf OFFSET %1$d %% 6 LIMIT 1)",
          "UPDATE audit_tree_runs SET leaves = leaves + 1 WHERE ctid = (SELECT ctid FROM audit_tree_runs ORDER BY first_leaf OFFSET %1$d %% 6 LIMIT 1)",
          "UPDATE audit_tree_tiles SET hashes = sha256(hashes) || substring(hashes FROM 33)",
          "UPDATE audit_tree_tiles SET hashes = hashes || sha256(hashes)",
          "INSERT INTO audit_tree_tiles VALUES (1, 0, sha256('%1$d'))",
          "DELETE FROM audit_tree_tiles",
          "UPDATE audit_tree SET size = size - 1",
          "UPDATE audit_tree SET root = sha256(root)",
          "DELETE FROM audit_tree",
          "DELETE FROM audit_log WHERE (chain, block) IN (SELECT chain, first_block FROM audit_tree_runs WHERE first_leaf = 0); UPDATE audit_tree SET dropped_below = (SELECT leaves FROM audit_tree_runs WHERE first_leaf = 0)",
          "DELETE FROM audit_tree_runs; DELETE FROM audit_tree_tiles; UPDATE audit_tree SET size = 0, root = sha256('')");

  @Test
  void aSuperusersStatementsAreFound() throws SQLException {
    Random random = new Random(5);
    try (Connection connection = DATABASE.ownerDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 300; i++) {
        String sql =
            STATEMENTS.get(i % STATEMENTS.size()).formatted(random.nextInt(honest.entries.size()));
        statement.execute("SET LOCAL session_replication_role = replica");
        statement.execute(sql);
        assertThat(check(connection).trail().intact()).as(sql).isFalse();
        connection.rollback();
      }
      assertThat(check(connection).trail().intact()).isTrue();
      connection.rollback();
    }
  }

  @Test
  void aSuperuserWhoMakesAllHashesAnewIsFoundByTheCheckpoints() throws SQLException {
    for (String change :
        List.of(
            "UPDATE audit_log SET actor = 'mallory' WHERE idx = 0 AND block = 1",
            "DELETE FROM audit_log WHERE (chain, block) = (SELECT min(chain), 1 FROM audit_log)")) {
      try (TestDatabase copy = TestDatabase.create()) {
        for (int i = 0; i < 4; i++) {
          Trails.append(copy, 2, T0);
        }
        Trails.integrate(copy);
        Tree tree = new TreeStore(copy.appDataSource()).tree();
        List<Checkpoint> outside =
            List.of(new Checkpoint("tola/" + tree.log(), tree.size(), tree.root(), T0));
        Trails.rewrite(copy, change);
        TrailStore store = new TrailStore(copy.appDataSource());
        assertThat(store.check(null).intact()).isTrue();
        assertThat(store.verify(wanted(outside)).trail().findings())
            .isNotEmpty()
            .allSatisfy(f -> assertThat(f.what()).contains("checkpoint"));
      }
    }
  }

  @Test
  void aDeletionThatIsRecordedAsADropIsFoundUnlessACheckpointShowsTheAge() throws SQLException {
    for (String at : List.of("2040-01-01T00:00:00Z", NOW.toString(), "2020-01-01T00:00:00Z")) {
      try (TestDatabase copy = TestDatabase.create()) {
        for (int i = 0; i < 4; i++) {
          Trails.append(copy, 5, T0);
          Trails.integrate(copy);
        }
        Tree tree = new TreeStore(copy.appDataSource()).tree();
        copy.execute(
            "SET session_replication_role = replica; UPDATE audit_tree SET dropped_below = 10;"
                + " DELETE FROM audit_log a USING audit_tree_runs r WHERE r.first_leaf < 10"
                + " AND a.chain = r.chain AND a.block BETWEEN r.first_block AND r.last_block");
        Trails.append(
            copy,
            List.of(
                new Entry(
                    new UUID(4, 2),
                    Instant.parse(at),
                    "system",
                    TreeCheck.DROPPED,
                    "audit_log",
                    "10",
                    null,
                    "{}")),
            NOW);
        Trails.integrate(copy);
        Instant old = T0.minus(FIVE_YEARS);
        String name = "tola/" + tree.log();
        Checkpoint late = new Checkpoint(name, tree.size(), tree.root(), T0);
        TrailStore store = new TrailStore(copy.appDataSource());
        assertThat(store.verify(wanted(List.of(late))).trail().findings())
            .as(at)
            .extracting(Finding::kind)
            .containsExactly(Finding.Kind.UNRECORDED_DROP);
        // One that is old enough, but of another tree, is no help either.
        Checkpoint foreign = new Checkpoint(name, tree.size(), Hash.NONE, old);
        assertThat(store.verify(wanted(List.of(late, foreign))).trail().findings())
            .extracting(Finding::kind)
            .contains(Finding.Kind.UNRECORDED_DROP);
      }
    }
  }

  private static TrailStore.Checked check(Connection connection) throws SQLException {
    return TrailStore.check(connection, wanted(kept));
  }

  private static TrailStore.Wanted wanted(List<Checkpoint> checkpoints) {
    return new TrailStore.Wanted(
        null, Kept.of(checkpoints), FIVE_YEARS, NOW, (entries, total) -> {});
  }
}
