package io.tola.audit.store;

import io.tola.audit.domain.Block;
import io.tola.audit.domain.ChainHead;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.Kept;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.Run;
import io.tola.audit.domain.StoredBlock;
import io.tola.audit.domain.StoredEntry;
import io.tola.audit.domain.Tile;
import io.tola.audit.domain.TrailCheck;
import io.tola.audit.domain.Tree;
import io.tola.audit.domain.TreeCheck;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.kernel.sql.RoundTrip;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The trail in PostgreSQL. Thread-safe. */
@ApplicationScoped
public class TrailStore {

  private static final int FETCH_SIZE = 2_000;

  /** Tiles are 8 KiB each. */
  private static final int TILES_FETCHED = 64;

  private static final String APPEND =
      "SELECT on_chain, as_block, waited FROM append_block(?::smallint, ?::smallint, ?::timestamptz,"
          + " ?::bytea, ?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[],"
          + " ?::uuid[], ?::text[], ?::bytea[])";

  private static final String ENTRY_COLUMNS =
      "id, at, actor, action, entity_type, entity_id, account_id, detail, chain, block, idx, hash";

  private static final String BLOCK_COLUMNS =
      "chain, block, prev_hash, merkle_root, entries, closed_at, hash";

  /** Those that the index on actions leaves out. */
  private static final Set<String> UNINDEXED_ACTIONS = Set.of("order_placed", "order_filled");

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For reading the whole trail; its connections may be silent for minutes. */
  @Resource(lookup = "jdbc/tola-long")
  private DataSource longDataSource;

  @Inject private ReadRouter router;

  /** For the container. */
  public TrailStore() {}

  public TrailStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.longDataSource = dataSource;
    this.router = new ReadRouter();
  }

  /**
   * Where a block went.
   *
   * @param waited whether every chain was taken and this one had to be waited for
   */
  public record Appended(int chain, long block, boolean waited) {}

  /** Sends a trip in the caller's transaction. */
  public void send(RoundTrip trip) {
    trip.send(dataSource);
  }

  /**
   * Appends one block when the trip is sent, on a chain that nobody else holds; when all are held, it
   * waits for one. The chain's row stays locked until the commit.
   *
   * <p>Needs READ COMMITTED: the head must be seen as the last committed transaction left it.
   *
   * @param entries at least one
   * @param held the chain this transaction holds already, or null: taking a second one could make
   *     two transactions wait for each other
   * @return where it went, once the trip was sent
   */
  public Supplier<Appended> append(
      List<Entry> entries, Instant closedAt, Integer held, RoundTrip trip) {
    Appended[] appended = new Appended[1];
    trip.add(
        APPEND,
        (s, i) -> bindAppend(s, i, entries, closedAt, held),
        s -> {
          try (ResultSet row = s.getResultSet()) {
            row.next();
            appended[0] = new Appended(row.getInt(1), row.getLong(2), row.getBoolean(3));
            // To the end, see RoundTrip.Answer.
            row.next();
          }
        });
    return () -> appended[0];
  }

  private static int bindAppend(
      PreparedStatement s, int index, List<Entry> entries, Instant closedAt, Integer held)
      throws SQLException {
    int n = entries.size();
    UUID[] ids = new UUID[n];
    String[] ats = new String[n];
    String[] actors = new String[n];
    String[] actions = new String[n];
    String[] entityTypes = new String[n];
    String[] entityIds = new String[n];
    UUID[] accounts = new UUID[n];
    String[] details = new String[n];
    byte[][] hashes = new byte[n][];
    MerkleTree tree = new MerkleTree();
    for (int k = 0; k < n; k++) {
      Entry entry = entries.get(k);
      Hash hash = entry.hash();
      tree.add(hash);
      ids[k] = entry.id();
      ats[k] = entry.at().toString();
      actors[k] = entry.actor();
      actions[k] = entry.action();
      entityTypes[k] = entry.entityType();
      entityIds[k] = entry.entityId();
      accounts[k] = entry.accountId();
      details[k] = entry.detail();
      hashes[k] = hash.bytes();
    }
    Connection connection = s.getConnection();
    int i = index;
    s.setObject(i++, held, Types.SMALLINT);
    s.setInt(i++, ThreadLocalRandom.current().nextInt(TrailCheck.FIRST_CHAINS));
    s.setObject(i++, closedAt.atOffset(ZoneOffset.UTC));
    s.setBytes(i++, tree.root().bytes());
    s.setArray(i++, connection.createArrayOf("uuid", ids));
    s.setArray(i++, connection.createArrayOf("timestamptz", ats));
    s.setArray(i++, connection.createArrayOf("text", actors));
    s.setArray(i++, connection.createArrayOf("text", actions));
    s.setArray(i++, connection.createArrayOf("text", entityTypes));
    s.setArray(i++, connection.createArrayOf("text", entityIds));
    s.setArray(i++, connection.createArrayOf("uuid", accounts));
    s.setArray(i++, connection.createArrayOf("text", details));
    s.setArray(i++, connection.createArrayOf("bytea", hashes));
    return i;
  }

  /**
   * Which entries to page through; null means any.
   *
   * @param beforeAt with {@code beforeId}: only entries older than this one
   */
  public record Query(
      String actor,
      String action,
      String entityId,
      UUID accountId,
      Instant from,
      Instant to,
      Instant beforeAt,
      UUID beforeId) {}

  /** The columns that {@link #entry} reads, of the table with this alias. */
  static String entryColumns(String alias) {
    return alias + "." + ENTRY_COLUMNS.replace(", ", ", " + alias + ".");
  }

  /** Entries, newest first: by time, then by id. */
  public List<StoredEntry> page(Query query, int limit) throws SQLException {
    StringBuilder sql = new StringBuilder("SELECT " + ENTRY_COLUMNS + " FROM audit_log WHERE true");
    List<Object> values = new ArrayList<>();
    condition(sql, values, " AND actor = ?", query.actor());
    condition(sql, values, " AND action = ?", query.action());
    if (query.action() != null && !UNINDEXED_ACTIONS.contains(query.action())) {
      // Says nothing new, but lets the planner use the partial index.
      sql.append(" AND action NOT IN ('order_placed', 'order_filled')");
    }
    condition(sql, values, " AND entity_id = ?", query.entityId());
    condition(sql, values, " AND account_id = ?", query.accountId());
    condition(sql, values, " AND at >= ?", timestamp(query.from()));
    condition(sql, values, " AND at < ?", timestamp(query.to()));
    if (query.beforeId() != null) {
      condition(sql, values, " AND (at, id) < (?,", timestamp(query.beforeAt()));
      condition(sql, values, " ?)", query.beforeId());
    }
    sql.append(" ORDER BY at DESC, id DESC LIMIT ?");
    values.add(limit);
    // ACKNOWLEDGED: an auditor looks for what a client was told a moment ago.
    return router.read(
        "audit_log",
        Freshness.ACKNOWLEDGED,
        dataSource,
        connection -> page(connection, sql.toString(), values));
  }

  private static List<StoredEntry> page(Connection connection, String sql, List<Object> values)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      List<StoredEntry> entries = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          entries.add(entry(rows));
        }
      }
      return entries;
    }
  }

  private static void condition(StringBuilder sql, List<Object> values, String text, Object value) {
    if (value != null) {
      sql.append(text);
      values.add(value);
    }
  }

  private static OffsetDateTime timestamp(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /**
   * What {@link #verify} is to be told, and tells.
   *
   * @param keptAtLeast how old an entry must be that was dropped; nothing in the database decides it
   * @param now by this node's clock
   */
  public record Wanted(
      Instant from, Kept kept, Duration keptAtLeast, Instant now, Progress progress) {

    /** Everything there is to check without knowing anything from outside. */
    public static Wanted since(Instant from) {
      return new Wanted(from, Kept.NONE, Duration.ZERO, Instant.MAX, (entries, total) -> {});
    }
  }

  /** Is told how far a check is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param entries read so far
     * @param total to be read, about
     */
    void read(long entries, long total);
  }

  /**
   * What a check found.
   *
   * @param leaves of the tree that were compared; 0 when only a part of the trail was checked
   */
  public record Checked(TrailCheck.Report trail, long leaves) {}

  /** Checks entries, blocks and tree, without anything known from outside of the database. */
  public TrailCheck.Report check(Instant from) throws SQLException {
    return verify(Wanted.since(from)).trail();
  }

  /**
   * Checks the trail as it stands at this moment: one read-only snapshot, read with cursors. Must not
   * be called in a transaction.
   *
   * @param wanted with {@code from}: only blocks closed since, and not the tree; null means all. The
   *     last block of every chain is always read, so that heads are.
   */
  public Checked verify(Wanted wanted) throws SQLException {
    try (Connection connection = longDataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        try (var settings = connection.createStatement()) {
          settings.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        }
        Checked report = check(connection, wanted);
        connection.commit();
        return report;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  static Checked check(Connection connection, Wanted wanted) throws SQLException {
    try (var settings = connection.createStatement()) {
      // Follow the indexes: sorting a trail of years would fill the server's disk before the first
      // row.
      settings.execute("SET LOCAL enable_sort = off");
      settings.execute("SET LOCAL statement_timeout = 0");
    }
    try {
      List<ChainHead> heads = heads(connection);
      Tree stored = TreeStore.findTree(connection);
      Tree tree = stored == null ? new Tree(null, 0, LogTree.EMPTY, 0) : stored;
      Map<Integer, Long> starts =
          wanted.from() == null ? Map.of() : starts(connection, wanted.from());
      long total = total(connection, tree);
      TrailCheck chains =
          new TrailCheck(
              heads,
              starts,
              dropped(connection, tree),
              entries -> wanted.progress().read(entries, total));
      TrailCheck.Report trail = chains(connection, chains, starts);
      if (stored == null) {
        return new Checked(trail.and(TreeCheck.NO_TREE), 0);
      }
      if (wanted.from() != null) {
        return new Checked(trail, 0);
      }
      TreeCheck leaves = new TreeCheck(tree, heads, wanted.kept());
      TreeCheck.Report log =
          leaves.dropped(
              chains.drops(), wanted.keptAtLeast(), wanted.now(), leaves(connection, leaves));
      return new Checked(trail.and(log), log.leaves());
    } catch (UncheckedSqlException e) {
      throw e.cause();
    }
  }

  private static TrailCheck.Report chains(
      Connection connection, TrailCheck check, Map<Integer, Long> starts) throws SQLException {
    int last = lastChain(connection);
    try (var blocks =
            new ChainRows<>(
                connection,
                "SELECT "
                    + BLOCK_COLUMNS
                    + " FROM audit_blocks"
                    + " WHERE chain = ? AND block >= ? ORDER BY block",
                starts,
                last,
                TrailStore::block);
        var entries =
            new ChainRows<>(
                connection,
                "SELECT "
                    + ENTRY_COLUMNS
                    + " FROM audit_log WHERE chain = ? AND block >= ? ORDER BY block, idx",
                starts,
                last,
                TrailStore::entry)) {
      return check.run(blocks, entries);
    }
  }

  private static TreeCheck.Report leaves(Connection connection, TreeCheck check)
      throws SQLException {
    try (var runs =
            new AllRows<>(
                connection,
                "SELECT first_leaf, leaves, chain, first_block, last_block FROM audit_tree_runs ORDER BY first_leaf",
                FETCH_SIZE,
                TrailStore::run);
        var blocks =
            new AllRows<>(
                connection,
                "SELECT b.* FROM audit_tree_runs r CROSS JOIN LATERAL (SELECT "
                    + BLOCK_COLUMNS
                    + " FROM audit_blocks b WHERE b.chain = r.chain AND b.block BETWEEN r.first_block AND r.last_block"
                    + " ORDER BY b.block) b ORDER BY r.first_leaf, b.block",
                FETCH_SIZE,
                TrailStore::block);
        var tiles =
            new AllRows<>(
                connection,
                "SELECT level, tile, hashes FROM audit_tree_tiles WHERE level = 0 ORDER BY tile",
                TILES_FETCHED,
                row -> new Tile(row.getInt(1), row.getLong(2), row.getBytes(3)))) {
      return check.run(
          runs,
          blocks,
          tiles,
          TreeStore.tiles(connection),
          number(connection, "SELECT count(*) FROM audit_tree_tiles WHERE level > 0"));
    }
  }

  /** For each chain its last block whose entries were dropped. */
  private static Map<Integer, Long> dropped(Connection connection, Tree tree) throws SQLException {
    Map<Integer, Long> dropped = new HashMap<>();
    if (tree.droppedBelow() > 0) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT chain, max(last_block) FROM audit_tree_runs WHERE first_leaf < ? GROUP BY chain")) {
        select.setLong(1, tree.droppedBelow());
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            dropped.put(rows.getInt(1), rows.getLong(2));
          }
        }
      }
    }
    return dropped;
  }

  /** How many entries there should be. */
  private static long total(Connection connection, Tree tree) throws SQLException {
    return tree.size()
        - tree.droppedBelow()
        + number(
            connection,
            "SELECT coalesce(sum(b.entries), 0) FROM audit_chains c CROSS JOIN LATERAL (SELECT coalesce((SELECT r.last_block"
                + " FROM audit_tree_runs r WHERE r.chain = c.chain ORDER BY r.first_block DESC LIMIT 1), 0) AS done OFFSET 0) r"
                + " JOIN audit_blocks b ON b.chain = c.chain AND b.block > r.done");
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (var select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  static Run run(ResultSet row) throws SQLException {
    return new Run(row.getLong(1), row.getInt(2), row.getInt(3), row.getLong(4), row.getLong(5));
  }

  private static List<ChainHead> heads(Connection connection) throws SQLException {
    List<ChainHead> heads = new ArrayList<>();
    try (var select = connection.createStatement();
        ResultSet rows =
            select.executeQuery(
                "SELECT chain, height, head_hash FROM audit_chains ORDER BY chain")) {
      while (rows.next()) {
        heads.add(head(rows));
      }
    }
    return heads;
  }

  /** For each chain its first block closed since, or its last block when there is none. */
  private static Map<Integer, Long> starts(Connection connection, Instant from)
      throws SQLException {
    Map<Integer, Long> starts = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT chain, greatest(1, least(height, coalesce("
                + "(SELECT b.block FROM audit_blocks b WHERE b.chain = c.chain AND b.closed_at >= ?"
                + " ORDER BY b.closed_at, b.block LIMIT 1), height))) FROM audit_chains c")) {
      select.setObject(1, timestamp(from));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          starts.put(rows.getInt(1), rows.getLong(2));
        }
      }
    }
    return starts;
  }

  /** The highest chain anybody wrote to, with or without a head. */
  private static int lastChain(Connection connection) throws SQLException {
    try (var select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT greatest((SELECT max(chain) FROM audit_chains), (SELECT max(chain) FROM audit_blocks),"
                    + " (SELECT max(chain) FROM audit_log))")) {
      row.next();
      return row.getInt(1);
    }
  }

  static ChainHead head(ResultSet row) throws SQLException {
    return new ChainHead(
        row.getInt("chain"), row.getLong("height"), Hash.of(row.getBytes("head_hash")));
  }

  static StoredBlock block(ResultSet row) throws SQLException {
    return new StoredBlock(
        new Block(
            row.getInt("chain"),
            row.getLong("block"),
            Hash.of(row.getBytes("prev_hash")),
            Hash.of(row.getBytes("merkle_root")),
            row.getInt("entries"),
            instant(row, "closed_at")),
        Hash.of(row.getBytes("hash")));
  }

  static StoredEntry entry(ResultSet row) throws SQLException {
    return new StoredEntry(
        new Entry(
            row.getObject("id", UUID.class),
            instant(row, "at"),
            row.getString("actor"),
            row.getString("action"),
            row.getString("entity_type"),
            row.getString("entity_id"),
            row.getObject("account_id", UUID.class),
            row.getString("detail")),
        row.getInt("chain"),
        row.getLong("block"),
        row.getInt("idx"),
        Hash.of(row.getBytes("hash")));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** The rows of all chains, chain by chain, through one cursor after the other. */
  private static final class ChainRows<T> implements Iterator<T>, AutoCloseable {
    private final PreparedStatement select;
    private final Map<Integer, Long> starts;
    private final int lastChain;
    private final RowReader<T> reader;
    private int chain = -1;
    private ResultSet rows;
    private boolean ready;

    ChainRows(
        Connection connection,
        String sql,
        Map<Integer, Long> starts,
        int lastChain,
        RowReader<T> reader)
        throws SQLException {
      this.select = connection.prepareStatement(sql);
      this.select.setFetchSize(FETCH_SIZE);
      this.starts = starts;
      this.lastChain = lastChain;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      try {
        while (!ready) {
          if (rows != null && rows.next()) {
            ready = true;
          } else if (chain < lastChain) {
            chain++;
            select.setInt(1, chain);
            select.setLong(2, starts.getOrDefault(chain, Long.MIN_VALUE));
            rows = select.executeQuery();
          } else {
            return false;
          }
        }
        return true;
      } catch (SQLException e) {
        throw new UncheckedSqlException(e);
      }
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      try {
        return reader.read(rows);
      } catch (SQLException e) {
        throw new UncheckedSqlException(e);
      }
    }

    @Override
    public void close() throws SQLException {
      select.close();
    }
  }

  /** The rows of one statement, through a cursor. */
  private static final class AllRows<T> implements Iterator<T>, AutoCloseable {
    private final PreparedStatement select;
    private final ResultSet rows;
    private final RowReader<T> reader;
    private boolean ready;

    AllRows(Connection connection, String sql, int fetched, RowReader<T> reader)
        throws SQLException {
      this.select = connection.prepareStatement(sql);
      this.select.setFetchSize(fetched);
      this.rows = select.executeQuery();
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      try {
        ready = ready || rows.next();
        return ready;
      } catch (SQLException e) {
        throw new UncheckedSqlException(e);
      }
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      try {
        return reader.read(rows);
      } catch (SQLException e) {
        throw new UncheckedSqlException(e);
      }
    }

    @Override
    public void close() throws SQLException {
      select.close();
    }
  }

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Carries a fault of the database through an iterator; never leaves this package. */
  static final class UncheckedSqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException cause;

    UncheckedSqlException(SQLException cause) {
      super(cause);
      this.cause = cause;
    }

    SQLException cause() {
      return cause;
    }
  }
}
