package io.tola.trading.store;

import io.tola.kernel.port.OutboxBundle;
import io.tola.kernel.port.OutboxMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The queue table {@code outbox}. Thread-safe; {@link #append} joins the caller's transaction. */
public class OutboxStore {

  static final String INSERT =
      "INSERT INTO outbox (created_at, messages, sequences, message_ids, topics, keys, payloads)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";

  // Whole rows, as many as begin within the number asked for: at least one.
  private static final String READ =
      "SELECT id, sequences, message_ids, topics, keys, payloads"
          + " FROM (SELECT *, sum(messages) OVER (ORDER BY id) - messages AS before"
          + " FROM (SELECT * FROM outbox ORDER BY id LIMIT ?) head) o"
          + " WHERE before < ? ORDER BY id";

  private static final String DELETE = "DELETE FROM outbox WHERE id = ANY(?::int8[])";

  private static final String OLDEST = "SELECT created_at FROM outbox ORDER BY id LIMIT 1";

  private static final String WAITING =
      "SELECT coalesce(sum(messages), 0) FROM (SELECT messages FROM outbox LIMIT ?) AS counted";

  /** How many rows are counted, so that a long backlog is not read again and again. */
  private static final int COUNTED_ROWS = 50_000;

  /** Any number, as long as nobody else takes it: "tolaoutb" in ASCII. */
  private static final long LEADER_LOCK = 0x746f6c616f757462L;

  private final DataSource dataSource;

  public OutboxStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Writes messages in the order given, as one row. */
  public void append(List<OutboxMessage> messages, Instant now) {
    if (messages.isEmpty()) {
      return;
    }
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(INSERT)) {
      bindInsert(c, s, 1, messages, now);
      s.executeUpdate();
    } catch (SQLException e) {
      throw new StoreFault("appending to the outbox", e);
    }
  }

  /** Sets the values of {@link #INSERT} from {@code index} on; returns the next free index. */
  static int bindInsert(
      Connection c, PreparedStatement s, int index, List<OutboxMessage> messages, Instant now)
      throws SQLException {
    int n = messages.size();
    long[] sequence = new long[n];
    UUID[] id = new UUID[n];
    String[] topic = new String[n];
    String[] key = new String[n];
    String[] payload = new String[n];
    for (int k = 0; k < n; k++) {
      OutboxMessage message = messages.get(k);
      sequence[k] = message.sequence();
      id[k] = message.id();
      topic[k] = message.topic();
      key[k] = message.key();
      payload[k] = message.payload();
    }
    int i = index;
    s.setObject(i++, Sql.utc(now));
    s.setInt(i++, n);
    s.setObject(i++, sequence);
    s.setArray(i++, c.createArrayOf("uuid", id));
    s.setArray(i++, c.createArrayOf("text", topic));
    s.setArray(i++, c.createArrayOf("text", key));
    s.setArray(i++, c.createArrayOf("text", payload));
    return i;
  }

  /** When the message at the head was written; empty when nothing waits. */
  public Optional<Instant> oldest() {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(OLDEST);
        ResultSet rows = s.executeQuery()) {
      return rows.next() ? Optional.of(Sql.instant(rows, 1)) : Optional.empty();
    } catch (SQLException e) {
      throw new StoreFault("looking at the head of the outbox", e);
    }
  }

  /** How many messages wait; of a backlog beyond {@value #COUNTED_ROWS} transactions, at least so many. */
  public long waiting() {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(WAITING)) {
      s.setInt(1, COUNTED_ROWS);
      try (ResultSet rows = s.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      throw new StoreFault("measuring the outbox", e);
    }
  }

  /**
   * Tries to become the one relay of the cluster.
   *
   * @param idleSeconds after so long without a statement the database ends the session: a relay
   *     whose process is frozen must not hold the lead for ever
   * @return empty when another node leads
   */
  public Optional<Lead> tryLead(int idleSeconds) {
    Connection c = null;
    try {
      c = dataSource.getConnection();
      c.setAutoCommit(true);
      if (!lock(c)) {
        c.close();
        return Optional.empty();
      }
      try (Statement s = c.createStatement()) {
        s.execute("SET idle_session_timeout = '" + idleSeconds + "s'");
        // A queue is empty at times; a plan kept from then must not read all of a backlog later on.
        s.execute("SET enable_seqscan = off");
        // The relay only deletes what was published. A deletion that a crash undoes means messages
        // offered again, which the broker knows; waiting for the disk would hold up the orders.
        s.execute("SET synchronous_commit = off");
      }
      return Optional.of(new Lead(c));
    } catch (SQLException e) {
      discard(c);
      throw new StoreFault("trying to lead the outbox", e);
    }
  }

  private static boolean lock(Connection c) throws SQLException {
    try (PreparedStatement s = c.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      s.setLong(1, LEADER_LOCK);
      try (ResultSet row = s.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Ends the session, and its lock with it, instead of handing both to the pool's next user. */
  private static void discard(Connection c) {
    if (c == null) {
      return;
    }
    try {
      c.abort(Runnable::run);
    } catch (SQLException e) {
      // Broken already, which is as good.
    }
    try {
      c.close();
    } catch (SQLException e) {
      // As above: the pool has been told, nothing is left to do.
    }
  }

  /**
   * The lead over the queue: an advisory lock of the database, held by a connection of its own for
   * as long as that lives. Used by one thread.
   */
  public static final class Lead implements AutoCloseable {
    private final Connection connection;
    private boolean broken;

    private Lead(Connection connection) {
      this.connection = connection;
    }

    /**
     * The head of the queue: one snapshot, messages of one key in their order, none left out.
     *
     * @param most how many messages, exceeded at most by the rest of the last bundle
     */
    public List<OutboxBundle> read(int most) {
      try (PreparedStatement s = connection.prepareStatement(READ)) {
        s.setInt(1, most);
        s.setInt(2, most);
        List<OutboxBundle> queued = new ArrayList<>();
        try (ResultSet rows = s.executeQuery()) {
          while (rows.next()) {
            queued.add(new OutboxBundle(rows.getLong(1), messages(rows)));
          }
        }
        return queued;
      } catch (SQLException e) {
        broken = true;
        throw new StoreFault("reading the outbox", e);
      }
    }

    private static List<OutboxMessage> messages(ResultSet row) throws SQLException {
      Long[] sequences = (Long[]) row.getArray(2).getArray();
      UUID[] ids = (UUID[]) row.getArray(3).getArray();
      String[] topics = (String[]) row.getArray(4).getArray();
      String[] keys = (String[]) row.getArray(5).getArray();
      String[] payloads = (String[]) row.getArray(6).getArray();
      List<OutboxMessage> messages = new ArrayList<>(ids.length);
      for (int i = 0; i < ids.length; i++) {
        messages.add(new OutboxMessage(ids[i], topics[i], keys[i], sequences[i], payloads[i]));
      }
      return messages;
    }

    /** Deletes what was published, in one statement. */
    public void delete(List<OutboxBundle> published) {
      long[] ids = new long[published.size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = published.get(i).id();
      }
      try (PreparedStatement s = connection.prepareStatement(DELETE)) {
        s.setObject(1, ids);
        s.executeUpdate();
      } catch (SQLException e) {
        broken = true;
        throw new StoreFault("deleting from the outbox", e);
      }
    }

    /** Gives the lead back. Never throws: a connection that can't is ended, which does the same. */
    @Override
    public void close() {
      if (!broken) {
        try (Statement s = connection.createStatement()) {
          s.execute("RESET idle_session_timeout");
          s.execute("RESET enable_seqscan");
          s.execute("RESET synchronous_commit");
          s.execute("SELECT pg_advisory_unlock(" + LEADER_LOCK + ")");
        } catch (SQLException e) {
          broken = true;
        }
      }
      if (broken) {
        discard(connection);
        return;
      }
      try {
        connection.close();
      } catch (SQLException e) {
        discard(connection);
      }
    }
  }
}
