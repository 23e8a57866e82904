package io.tola.audit.store;

import io.tola.audit.domain.Block;
import io.tola.audit.domain.ChainHead;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.StoredBlock;
import io.tola.audit.domain.StoredEntry;
import io.tola.audit.domain.TrailCheck;
import io.tola.kernel.sql.RoundTrip;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
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

  private static final String APPEND =
      "SELECT on_chain, as_block, waited FROM append_block(?::smallint, ?::smallint, ?::timestamptz,"
          + " ?::bytea, ?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[],"
          + " ?::uuid[], ?::text[], ?::bytea[])";

  private static final String ENTRY_COLUMNS =
      "id, at, actor, action, entity_type, entity_id, account_id, detail, chain, block, idx, hash";

  /** Those that the index on actions leaves out. */
  private static final Set<String> UNINDEXED_ACTIONS = Set.of("order_placed", "order_filled");

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For reading the whole trail; its connections may be silent for minutes. */
  @Resource(lookup = "jdbc/tola-long")
  private DataSource longDataSource;

  /** For the container. */
  public TrailStore() {}

  public TrailStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.longDataSource = dataSource;
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
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql.toString())) {
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
   * Checks the trail as it stands at this moment: one read-only snapshot, read with cursors. Must not
   * be called in a transaction.
   *
   * @param from only blocks closed since; null means all. The last block of every chain is always
   *     read, so that heads are.
   */
  public TrailCheck.Report check(Instant from) throws SQLException {
    try (Connection connection = longDataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        TrailCheck.Report report = check(connection, from);
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

  private static TrailCheck.Report check(Connection connection, Instant from) throws SQLException {
    try (var settings = connection.createStatement()) {
      settings.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      // Follow the indexes: sorting a trail of years would fill the server's disk before the first
      // row.
      settings.execute("SET LOCAL enable_sort = off");
      settings.execute("SET LOCAL statement_timeout = 0");
    }
    List<ChainHead> heads = heads(connection);
    Map<Integer, Long> starts = from == null ? Map.of() : starts(connection, from);
    int last = lastChain(connection);
    try (var blocks =
            new ChainRows<>(
                connection,
                "SELECT chain, block, prev_hash, merkle_root, entries, closed_at, hash FROM audit_blocks"
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
      return new TrailCheck(heads, starts).run(blocks, entries);
    } catch (UncheckedSqlException e) {
      throw e.cause;
    }
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

  private static ChainHead head(ResultSet row) throws SQLException {
    return new ChainHead(
        row.getInt("chain"), row.getLong("height"), Hash.of(row.getBytes("head_hash")));
  }

  private static StoredBlock block(ResultSet row) throws SQLException {
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

  private static StoredEntry entry(ResultSet row) throws SQLException {
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

  private static Instant instant(ResultSet row, String column) throws SQLException {
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

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Carries a fault of the database through an iterator; never leaves this class. */
  private static final class UncheckedSqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException cause;

    UncheckedSqlException(SQLException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
