package io.tola.kernel.sql;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Has reads that bear lag answered by a replica, while there is one that is good enough, and by the
 * primary otherwise.
 *
 * <p>A store says at the read itself how new the answer must be ({@link Freshness}); nothing else goes to
 * the replica: no write, no lock, nothing an order waits for. Whether the replica has what the answer
 * must contain is found out on the very connection that reads, before it reads; the looks that somebody
 * takes once a second ({@link #look}) only decide whether it is worth trying. So a replica that falls
 * behind, hangs, restarts or is promoted between two looks gives no wrong answer. What fails there is
 * read once more, on the primary.
 *
 * <p>Until a replica is attached every read goes to the primary as if this class weren't there.
 * Thread-safe.
 */
@ApplicationScoped
public class ReadRouter {

  private static final Logger LOG = System.getLogger(ReadRouter.class.getName());

  /** How long a look waits for a replica that is only just behind, to say by how much. */
  private static final long MEASURE_NANOS = 100_000_000L;

  private static final long FIRST_PAUSE_NANOS = 500_000L;
  private static final long LONGEST_PAUSE_NANOS = 5_000_000L;

  /**
   * A read. It may be done twice, so it changes nothing but what it returns, and it hands on the
   * {@link SQLException} of a connection as it is.
   */
  @FunctionalInterface
  public interface Read<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Reads since the replica was attached.
   *
   * @param fallbacks why the others went to the primary
   */
  public record Counts(long onReplica, long onPrimary, Map<Obstacle, Long> fallbacks) {}

  /**
   * The replica as last looked at, and what was read.
   *
   * @param obstacle null while it is read from
   * @param lagMillis null when it isn't known
   * @param lagBytes null when it isn't known
   * @param lookedMillisAgo null before the first look
   * @param sinceMillis for how long it has been read from, or not
   * @param reads by what was read
   */
  public record Figures(
      ReplicaBounds bounds,
      Obstacle obstacle,
      Long lagMillis,
      Long lagBytes,
      Long lookedMillisAgo,
      long sinceMillis,
      long looks,
      int timeline,
      Counts all,
      Map<String, Counts> reads) {}

  private final LongSupplier nanoTime;
  private volatile Replica replica;

  /** For the container, and for stores without one: everything goes to the primary. */
  public ReadRouter() {
    this(System::nanoTime);
  }

  ReadRouter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private static final class Tally {
    final LongAdder onReplica = new LongAdder();
    final Map<Obstacle, LongAdder> fallbacks = new EnumMap<>(Obstacle.class);

    Tally() {
      for (Obstacle obstacle : Obstacle.values()) {
        fallbacks.put(obstacle, new LongAdder());
      }
    }

    Counts counts() {
      Map<Obstacle, Long> counted = new EnumMap<>(Obstacle.class);
      long onPrimary = 0;
      for (Map.Entry<Obstacle, LongAdder> entry : fallbacks.entrySet()) {
        long count = entry.getValue().sum();
        onPrimary += count;
        if (count > 0) {
          counted.put(entry.getKey(), count);
        }
      }
      return new Counts(onReplica.sum(), onPrimary, counted);
    }
  }

  private static final class Replica {
    final DataSource source;
    final DataSource positions;
    final ReplicaBounds bounds;
    final BooleanSupplier inTransaction;
    final ReplicaTrack track;
    final Tally all = new Tally();
    final Map<String, Tally> byWhat = new ConcurrentHashMap<>();

    /** When the look that is under way began; 0 between looks. */
    volatile long lookingSince;

    Replica(
        DataSource source,
        DataSource positions,
        ReplicaBounds bounds,
        BooleanSupplier inTransaction,
        long now) {
      this.source = source;
      this.positions = positions;
      this.bounds = bounds;
      this.inTransaction = inTransaction;
      this.track = new ReplicaTrack(bounds, now);
    }

    Obstacle obstacle(long now) {
      ReplicaTrack.Standing seen = track.standing();
      if (seen.obstacle() != null) {
        return seen.obstacle();
      }
      long overdue = bounds.overdue().toNanos();
      long began = lookingSince;
      if (began != 0 && now - began > overdue || now - seen.lookedAt() > 4 * overdue) {
        return Obstacle.NOT_MEASURED;
      }
      return inTransaction.getAsBoolean() ? Obstacle.IN_TRANSACTION : null;
    }
  }

  /** Says that it isn't to be read on the replica, and why. */
  private static final class Refused extends SQLException {

    private static final long serialVersionUID = 1L;

    private final Obstacle obstacle;

    Refused(Obstacle obstacle) {
      super(obstacle.code());
      this.obstacle = obstacle;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /**
   * From here on reads may go to this replica, once it was looked at often enough.
   *
   * @param source takes no part in the caller's transactions
   * @param positions the primary, to be asked how far it is. Its connections must be back in the pool when
   *     they are closed (not shareable), or each read would hold one of the primary's while it waits for
   *     the replica
   * @param inTransaction whether the calling thread has one
   */
  public void attach(
      DataSource source,
      DataSource positions,
      ReplicaBounds bounds,
      BooleanSupplier inTransaction) {
    replica = new Replica(source, positions, bounds, inTransaction, nanoTime.getAsLong());
  }

  /** From here on everything is read from the primary, and nothing is counted. */
  public void detach() {
    replica = null;
  }

  /**
   * Reads.
   *
   * @param what names the read in figures and metrics; there are as many as the code has
   * @param primary who answers when the replica doesn't, and tells how new the answer must be
   * @throws SQLException the primary's; the replica's never
   */
  public <T> T read(String what, Freshness freshness, DataSource primary, Read<T> read)
      throws SQLException {
    Replica there = replica;
    if (there == null) {
      return on(primary, read);
    }
    Obstacle obstacle = there.obstacle(nanoTime.getAsLong());
    long needed =
        obstacle == null && freshness == Freshness.RECENT
            ? there.track.recent(nanoTime.getAsLong())
            : -1;
    if (obstacle == null && needed < 0) {
      try {
        LogPosition flushed = on(there.positions, LogPosition::ofPrimary);
        needed = flushed.bytes();
        obstacle = obstacle(there, flushed);
      } catch (SQLTransientConnectionException e) {
        // No second connection to be had; the caller may hold one that the read gets.
        obstacle = Obstacle.NOT_MEASURED;
      }
      // Any other fault is the caller's: a primary that doesn't answer this wouldn't answer the
      // read.
    }
    if (obstacle == null) {
      try {
        T answer = onReplica(there, needed, read);
        there.all.onReplica.increment();
        tally(there, what).onReplica.increment();
        return answer;
      } catch (SQLException e) {
        obstacle = obstacle(there, e);
      }
    }
    there.all.fallbacks.get(obstacle).increment();
    tally(there, what).fallbacks.get(obstacle).increment();
    return on(primary, read);
  }

  private static Tally tally(Replica there, String what) {
    return there.byWhat.computeIfAbsent(what, w -> new Tally());
  }

  private static <T> T on(DataSource source, Read<T> read) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return read.on(connection);
    }
  }

  private <T> T onReplica(Replica there, long needed, Read<T> read) throws SQLException {
    try (Connection connection = there.source.getConnection()) {
      require(there, connection, needed);
      return read.on(connection);
    }
  }

  /** What is in the way by what the primary says of itself. */
  private Obstacle obstacle(Replica there, LogPosition primary) {
    if (primary.inRecovery()) {
      return Obstacle.NOT_MEASURED;
    }
    if (primary.timeline() != there.track.standing().timeline()) {
      there.track.hindered(nanoTime.getAsLong(), Obstacle.OTHER_TIMELINE);
      return Obstacle.OTHER_TIMELINE;
    }
    return null;
  }

  private void require(Replica there, Connection connection, long needed) throws SQLException {
    long end = nanoTime.getAsLong() + there.bounds.catchUp().toNanos();
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      LogPosition position = LogPosition.ofReplica(connection);
      if (!position.inRecovery()) {
        throw new Refused(Obstacle.PROMOTED);
      }
      if (position.server() != there.track.standing().server()) {
        throw new Refused(Obstacle.OTHER_SERVER);
      }
      if (position.bytes() >= needed) {
        return;
      }
      if (nanoTime.getAsLong() + pause - end > 0) {
        throw new Refused(Obstacle.BEHIND);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  /** Why it failed; a replica that is away is left alone until looks find it well again. */
  private Obstacle obstacle(Replica there, SQLException e) {
    if (e instanceof Refused refused) {
      if (refused.obstacle == Obstacle.PROMOTED) {
        there.track.hindered(nanoTime.getAsLong(), Obstacle.PROMOTED);
      }
      return refused.obstacle;
    }
    if (e instanceof SQLTransientConnectionException) {
      // The pool's own (Liberty gives it the state 08001); the driver throws no such thing.
      return Obstacle.BUSY;
    }
    String state = e.getSQLState();
    if (state != null && state.length() == 5) {
      if (state.startsWith("40") || state.equals("57014") || state.equals("25006")) {
        return Obstacle.CONFLICT;
      }
      boolean gone =
          switch (state.substring(0, 2)) {
            case "08", "53", "57", "58", "XX" -> true;
            default -> false;
          };
      if (!gone) {
        LOG.log(Level.WARNING, "a read failed on the replica: {0}", e.getMessage());
        return Obstacle.FAILED;
      }
    }
    // PostgreSQL and its driver always give a state; whatever has none isn't a replica that
    // answers.
    there.track.hindered(nanoTime.getAsLong(), Obstacle.AWAY);
    LOG.log(Level.WARNING, "the replica is away: {0}", e.getMessage());
    return Obstacle.AWAY;
  }

  /**
   * Looks at both servers; to be called once a second by one thread. Waits for them as long as the data
   * sources let it; while it waits, the replica isn't read from.
   *
   * @param primary where writes go
   */
  public void look(DataSource primary) {
    Replica there = replica;
    if (there == null) {
      return;
    }
    Obstacle before = there.track.standing().obstacle();
    long asked = nanoTime.getAsLong();
    there.lookingSince = asked == 0 ? 1 : asked;
    try {
      look(there, primary, asked);
    } finally {
      there.lookingSince = 0;
    }
    Obstacle now = there.track.standing().obstacle();
    if (now != before && (now == null || before == null)) {
      LOG.log(
          now == null ? Level.INFO : Level.WARNING,
          now == null ? "the replica is read from" : "the replica is not read from: {0}",
          now == null ? "" : now.code());
    }
  }

  private void look(Replica there, DataSource primary, long asked) {
    LogPosition flushed;
    try {
      flushed = on(primary, LogPosition::lookAtPrimary);
    } catch (SQLException e) {
      there.track.hindered(nanoTime.getAsLong(), Obstacle.NOT_MEASURED);
      return;
    }
    if (flushed.inRecovery()) {
      there.track.hindered(nanoTime.getAsLong(), Obstacle.NOT_MEASURED);
      return;
    }
    there.track.primaryAt(asked, flushed);
    try (Connection connection = there.source.getConnection()) {
      LogPosition replayed = LogPosition.lookAtReplica(connection);
      long began = nanoTime.getAsLong();
      long now = began;
      while (replayed.inRecovery()
          && replayed.bytes() < flushed.bytes()
          && now - began < MEASURE_NANOS) {
        LockSupport.parkNanos(LONGEST_PAUSE_NANOS);
        replayed = LogPosition.lookAtReplica(connection);
        now = nanoTime.getAsLong();
      }
      there.track.replicaAt(now, now - began, replayed);
    } catch (SQLTransientConnectionException e) {
      // All are lent: that says nothing of the replica. What was seen before holds until it is too
      // old.
      LOG.log(Level.DEBUG, "no connection to look at the replica: {0}", e.getMessage());
    } catch (SQLException e) {
      there.track.hindered(nanoTime.getAsLong(), Obstacle.AWAY);
    }
  }

  /** What there is to tell; null while no replica is attached. */
  public Figures figures() {
    Replica there = replica;
    if (there == null) {
      return null;
    }
    long now = nanoTime.getAsLong();
    ReplicaTrack.Standing seen = there.track.standing();
    Obstacle obstacle = there.obstacle(now);
    Map<String, Counts> reads = new TreeMap<>();
    there.byWhat.forEach((what, tally) -> reads.put(what, tally.counts()));
    return new Figures(
        there.bounds,
        obstacle == Obstacle.IN_TRANSACTION ? null : obstacle,
        seen.lagNanos() < 0 ? null : seen.lagNanos() / 1_000_000,
        seen.lagBytes() < 0 ? null : seen.lagBytes(),
        seen.looks() == 0 ? null : (now - seen.lookedAt()) / 1_000_000,
        (now - seen.since()) / 1_000_000,
        seen.looks(),
        seen.timeline(),
        there.all.counts(),
        reads);
  }
}
