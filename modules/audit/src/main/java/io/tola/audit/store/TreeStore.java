package io.tola.audit.store;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.Run;
import io.tola.audit.domain.StoredEntry;
import io.tola.audit.domain.Tile;
import io.tola.audit.domain.TileWriter;
import io.tola.audit.domain.Tiles;
import io.tola.audit.domain.Tree;
import io.tola.audit.domain.TreeCheck;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The log's Merkle tree in PostgreSQL: grown by {@link #integrate}, read for proofs and exports.
 *
 * <p>No entry is skipped, however late its transaction commits: a chain's blocks are numbered without
 * gaps in the order of their commits, because who writes one holds the chain until the commit. So a
 * visible height means that all blocks up to it are visible, and the tree takes each chain's blocks in
 * their order. Thread-safe.
 */
@ApplicationScoped
public class TreeStore {

  /** Blocks of each chain that one step takes at most. */
  private static final int BLOCKS = 64;

  /** That one step of the retention looks at, at most. */
  private static final int RUNS = 1_000;

  /** The last block of each chain that is in the tree. */
  private static final String PROGRESS =
      "SELECT c.chain, c.height, coalesce((SELECT r.last_block FROM audit_tree_runs r"
          + " WHERE r.chain = c.chain ORDER BY r.first_block DESC LIMIT 1), 0) AS done FROM audit_chains c";

  private static final String WAITING =
      "SELECT EXISTS (SELECT FROM (" + PROGRESS + ") p WHERE p.height > p.done)";

  // LATERAL with an order of its own is never flattened: whatever the statistics, each chain's next
  // blocks are looked up by the index.
  private static final String NEXT =
      "SELECT b.chain, b.block, b.entries, b.merkle_root, b.closed_at,"
          + " (SELECT string_agg(a.hash, ''::bytea ORDER BY a.idx) FROM audit_log a"
          + " WHERE a.chain = b.chain AND a.block = b.block) AS hashes FROM ("
          + PROGRESS
          + ") p CROSS JOIN LATERAL (SELECT * FROM audit_blocks b WHERE b.chain = p.chain AND b.block > p.done"
          + " AND b.block <= p.height ORDER BY b.block LIMIT "
          + BLOCKS
          + ") b ORDER BY b.chain, b.block";

  private static final String WRITE =
      "INSERT INTO audit_tree_runs (first_leaf, leaves, chain, first_block, last_block, integrated_at)"
          + " SELECT r.*, ?::timestamptz FROM unnest(?::bigint[], ?::int[], ?::int[], ?::bigint[], ?::bigint[]) AS r;"
          + " INSERT INTO audit_tree_tiles (level, tile, hashes)"
          + " SELECT * FROM unnest(?::int[], ?::bigint[], ?::bytea[])"
          + " ON CONFLICT (level, tile) DO UPDATE SET hashes = EXCLUDED.hashes;"
          + " UPDATE audit_tree SET size = ?, root = ?, integrated_at = ?::timestamptz";

  /** Every entry of the leaves from the first parameter on and before the second, with its leaf. */
  private static final String LEAVES =
      "SELECT b.first + a.idx AS leaf, "
          + TrailStore.entryColumns("a")
          + " FROM (SELECT * FROM audit_tree_runs WHERE first_leaf >= coalesce((SELECT first_leaf FROM audit_tree_runs"
          + " WHERE first_leaf <= ? ORDER BY first_leaf DESC LIMIT 1), 0) AND first_leaf < ?"
          + " ORDER BY first_leaf OFFSET 0) r"
          + " CROSS JOIN LATERAL (SELECT b.block, r.first_leaf + coalesce(sum(b.entries) OVER (ORDER BY b.block"
          + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first FROM audit_blocks b"
          + " WHERE b.chain = r.chain AND b.block BETWEEN r.first_block AND r.last_block) b"
          + " CROSS JOIN LATERAL (SELECT * FROM audit_log a WHERE a.chain = r.chain AND a.block = b.block"
          + " ORDER BY a.idx OFFSET 0) a"
          + " WHERE b.first + a.idx >= ? AND b.first + a.idx < ? ORDER BY leaf";

  private static final String LOCATE =
      "SELECT "
          + TrailStore.entryColumns("a")
          + ", r.first_leaf + a.idx + (SELECT coalesce(sum(b.entries), 0) FROM audit_blocks b"
          + " WHERE b.chain = a.chain AND b.block >= r.first_block AND b.block < a.block) AS leaf"
          + " FROM audit_log a LEFT JOIN LATERAL (SELECT first_leaf, first_block, last_block FROM audit_tree_runs r"
          + " WHERE r.chain = a.chain AND r.first_block <= a.block ORDER BY r.first_block DESC LIMIT 1) r"
          + " ON r.last_block >= a.block WHERE a.id = ?";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** The tree as this node committed it last; another node may have grown it since. */
  private TileWriter grown;

  /** For the container. */
  public TreeStore() {}

  public TreeStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * What a step did.
   *
   * @param entries integrated
   * @param closedAt when the integrated blocks were closed, a moment for each
   * @param more whether there was more than one step takes
   * @param halted chains whose next block isn't what it was when it was closed: they wait for a
   *     person, the others go on
   */
  public record Step(int entries, List<Instant> closedAt, boolean more, Set<Integer> halted) {
    static final Step NONE = new Step(0, List.of(), false, Set.of());
  }

  /** An entry and its leaf; null when it isn't in the tree yet. */
  public record Located(StoredEntry entry, Long leaf) {}

  /** An entry with its leaf, and the hash that stands beside it. */
  public record Leaf(long leaf, Entry entry, Hash hash) {}

  /**
   * Takes blocks that were committed into the tree, in a transaction of its own, unless another node
   * is doing so. Must not be called in a transaction.
   *
   * @throws BrokenTree when what is stored of the tree doesn't give its root: nothing is added to it
   */
  public synchronized Step integrate(Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        byIndex(connection);
        Tree tree = waiting(connection) ? lock(connection) : null;
        if (tree == null) {
          connection.rollback();
          return Step.NONE;
        }
        Step step = integrate(connection, tree, now);
        connection.commit();
        return step;
      } catch (SQLException | RuntimeException e) {
        grown = null;
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** The trail is small at times; a plan kept from then must not read all of it later on. */
  private static void byIndex(Connection connection) throws SQLException {
    try (var settings = connection.createStatement()) {
      settings.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
    }
  }

  private static boolean waiting(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(WAITING);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static Tree lock(Connection connection) throws SQLException {
    try (var select =
            connection.prepareStatement(
                "SELECT log_id, size, root, dropped_below FROM audit_tree FOR UPDATE SKIP LOCKED");
        ResultSet row = select.executeQuery()) {
      return row.next() ? tree(row) : null;
    }
  }

  private Step integrate(Connection connection, Tree tree, Instant now) throws SQLException {
    TileWriter writer = grown;
    grown = null; // only what was committed is kept
    if (writer == null || writer.size() != tree.size() || !writer.root().equals(tree.root())) {
      writer = new TileWriter(tree.size(), tiles(connection));
      if (!writer.root().equals(tree.root())) {
        throw new BrokenTree("the tree's unfinished tiles don't give its root");
      }
    }
    List<Run> runs = new ArrayList<>();
    List<Instant> closedAt = new ArrayList<>();
    Set<Integer> halted = new TreeSet<>();
    int entries = 0;
    int blocks = 0;
    boolean more = false;
    try (var select = connection.prepareStatement(NEXT);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        int chain = row.getInt("chain");
        long block = row.getLong("block");
        if (halted.contains(chain)) {
          continue;
        }
        List<Hash> hashes = hashes(row.getBytes("hashes"));
        Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        boolean continues = last != null && last.chain() == chain;
        if (hashes.size() != row.getInt("entries")
            || !root(hashes).equals(Hash.of(row.getBytes("merkle_root")))
            || (continues && block != last.lastBlock() + 1)) {
          halted.add(chain);
          continue;
        }
        if (continues) {
          runs.set(
              runs.size() - 1,
              new Run(
                  last.firstLeaf(),
                  last.leaves() + hashes.size(),
                  chain,
                  last.firstBlock(),
                  block));
          blocks++;
        } else {
          runs.add(new Run(writer.size(), hashes.size(), chain, block, block));
          blocks = 1;
        }
        more |= blocks == BLOCKS;
        hashes.forEach(writer::add);
        entries += hashes.size();
        closedAt.add(TrailStore.instant(row, "closed_at"));
      }
    }
    if (entries > 0) {
      List<Tile> tiles = new ArrayList<>(writer.finished());
      tiles.addAll(writer.unfinished(false));
      write(connection, runs, tiles, writer, now);
    }
    grown = writer;
    return new Step(entries, closedAt, more, halted);
  }

  private static List<Hash> hashes(byte[] bytes) {
    List<Hash> hashes = new ArrayList<>();
    for (int at = 0; bytes != null && at < bytes.length; at += Hash.LENGTH) {
      hashes.add(Hash.of(Arrays.copyOfRange(bytes, at, at + Hash.LENGTH)));
    }
    return hashes;
  }

  private static Hash root(List<Hash> hashes) {
    MerkleTree tree = new MerkleTree();
    hashes.forEach(tree::add);
    return tree.root();
  }

  private static void write(
      Connection connection, List<Run> runs, List<Tile> tiles, TileWriter writer, Instant now)
      throws SQLException {
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    try (PreparedStatement s = connection.prepareStatement(WRITE)) {
      int i = 1;
      s.setObject(i++, at);
      s.setArray(i++, longs(connection, runs, Run::firstLeaf));
      s.setArray(i++, longs(connection, runs, r -> (long) r.leaves()));
      s.setArray(i++, longs(connection, runs, r -> (long) r.chain()));
      s.setArray(i++, longs(connection, runs, Run::firstBlock));
      s.setArray(i++, longs(connection, runs, Run::lastBlock));
      s.setArray(i++, longs(connection, tiles, t -> (long) t.level()));
      s.setArray(i++, longs(connection, tiles, Tile::index));
      s.setArray(
          i++,
          connection.createArrayOf(
              "bytea", tiles.stream().map(Tile::hashes).toArray(byte[][]::new)));
      s.setLong(i++, writer.size());
      s.setBytes(i++, writer.root().bytes());
      s.setObject(i, at);
      s.execute();
    }
  }

  private static <T> java.sql.Array longs(
      Connection connection, List<T> rows, Function<T, Long> column) throws SQLException {
    return connection.createArrayOf("bigint", rows.stream().map(column).toArray(Long[]::new));
  }

  /** How far the tree has grown. */
  public Tree tree() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      Tree tree = findTree(connection);
      if (tree == null) {
        throw new BrokenTree("the tree's row is gone");
      }
      return tree;
    }
  }

  /** The tree's row, or null when somebody removed it. */
  static Tree findTree(Connection connection) throws SQLException {
    try (var select =
            connection.prepareStatement(
                "SELECT log_id, size, root, dropped_below FROM audit_tree");
        ResultSet row = select.executeQuery()) {
      return row.next() ? tree(row) : null;
    }
  }

  private static Tree tree(ResultSet row) throws SQLException {
    return new Tree(
        row.getObject(1, UUID.class), row.getLong(2), Hash.of(row.getBytes(3)), row.getLong(4));
  }

  /**
   * Calculates something from the tree's hashes.
   *
   * @throws BrokenTree when they aren't there
   */
  public <T> T read(Function<LogTree, T> calculation) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return calculation.apply(new LogTree(new Tiles(tiles(connection))));
    } catch (TrailStore.UncheckedSqlException e) {
      throw e.cause();
    }
  }

  static Tiles.Source tiles(Connection connection) {
    return (level, index) -> {
      try (var select =
          connection.prepareStatement(
              "SELECT hashes FROM audit_tree_tiles WHERE level = ? AND tile = ?")) {
        select.setInt(1, level);
        select.setLong(2, index);
        try (ResultSet row = select.executeQuery()) {
          return row.next() ? new Tile(level, index, row.getBytes(1)) : null;
        }
      } catch (SQLException e) {
        throw new TrailStore.UncheckedSqlException(e);
      }
    };
  }

  /** An entry by its id, or null. */
  public Located locate(UUID id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(LOCATE)) {
      select.setObject(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        long leaf = row.getLong("leaf");
        boolean waits = row.wasNull();
        return new Located(TrailStore.entry(row), waits ? null : leaf);
      }
    }
  }

  /** The entries of some leaves, in order; those that are gone are left out. */
  public List<Leaf> leaves(long from, long to) throws SQLException {
    List<Leaf> leaves = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(LEAVES)) {
      select.setLong(1, from);
      select.setLong(2, to);
      select.setLong(3, from);
      select.setLong(4, to);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          StoredEntry stored = TrailStore.entry(rows);
          leaves.add(new Leaf(rows.getLong("leaf"), stored.entry(), stored.hash()));
        }
      }
    }
    return leaves;
  }

  /**
   * Up to which leaf entries may be dropped: where the last run ends whose blocks, and those of all
   * runs before it, were closed before this moment and longer ago than the database's least retention.
   *
   * @param last beyond this leaf nothing is dropped
   * @param most entries; the first run is taken whole, however many it has
   * @return 0 when there is nothing
   */
  public long droppable(Instant closedBefore, long last, int most) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT r.first_leaf, r.first_leaf + r.leaves AS ends, t.dropped_below, (SELECT max(b.closed_at)"
                    + " FROM audit_blocks b WHERE b.chain = r.chain AND b.block BETWEEN r.first_block AND r.last_block)"
                    + " < least(?, now() - t.least_retention) AS old"
                    + " FROM audit_tree t CROSS JOIN LATERAL (SELECT * FROM audit_tree_runs r"
                    + " WHERE r.first_leaf >= t.dropped_below ORDER BY r.first_leaf LIMIT ?) r ORDER BY 1")) {
      select.setObject(1, closedBefore.atOffset(ZoneOffset.UTC));
      select.setInt(2, Math.min(most, RUNS));
      long below = 0;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next() && rows.getBoolean("old")) {
          long ends = rows.getLong("ends");
          long dropped = rows.getLong("dropped_below");
          if (ends > last || (rows.getLong("first_leaf") > dropped && ends - dropped > most)) {
            break;
          }
          below = ends;
        }
      }
      return below;
    }
  }

  /** The entry that records a drop up to this leaf, the first of them; null when there is none. */
  public Located dropRecord(long below) throws SQLException {
    UUID id;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM audit_log WHERE entity_id = ? AND action = ? ORDER BY at, id LIMIT 1")) {
      select.setString(1, Long.toString(below));
      select.setString(2, TreeCheck.DROPPED);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        id = row.getObject(1, UUID.class);
      }
    }
    return locate(id);
  }

  /** Drops the entries of the leaves before this one, in the caller's transaction. */
  public long drop(long below) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement call = connection.prepareStatement("SELECT drop_bodies(?)")) {
      call.setLong(1, below);
      try (ResultSet row = call.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
