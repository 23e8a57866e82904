package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.Obstacle;
import io.tola.kernel.sql.ReadRouter;
import io.tola.kernel.sql.ReplicaBounds;
import io.tola.performance.api.ReadRouting;
import io.tola.schema.TestDatabase;
import io.tola.schema.TestReplica;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** The router against a real streaming replica: what it reads where while the replica misbehaves. */
@Timeout(120)
class ReadRoutingTest {

  private static final Duration MAX_LAG = Duration.ofMillis(400);
  private static final String NOW = "SELECT n FROM notes WHERE id = 1";

  private static TestDatabase database;
  private static DataSource primary;
  private static TestReplica replica;

  private final ReadRouter router = new ReadRouter();
  private volatile boolean inTransaction;

  /** Who is asked how far the primary is: another one after a failover, as the driver finds it. */
  private volatile DataSource asked = primary;

  @BeforeAll
  static void makeReplica() throws SQLException {
    database = TestDatabase.create();
    // As in production: what isn't flushed isn't acknowledged.
    database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = on");
    database.execute(
        "CREATE TABLE public.notes (id int PRIMARY KEY, n bigint NOT NULL);"
            + " INSERT INTO public.notes VALUES (1, 0); GRANT SELECT, UPDATE ON public.notes TO tola_app");
    primary = database.appDataSource();
    replica = TestReplica.of(database);
  }

  @AfterAll
  static void end() {
    replica.close();
    database.close();
  }

  @BeforeEach
  void attach() {
    replica.resume();
    replica.catchUp();
    attach(replica);
  }

  private void attach(TestReplica to) {
    attach(source(to));
  }

  private void attach(DataSource to) {
    router.attach(to, lending(() -> asked.getConnection()), bounds(), () -> inTransaction);
  }

  private static ReplicaBounds bounds() {
    return new ReplicaBounds(MAX_LAG, Duration.ofMillis(5), 3, Duration.ofMillis(200));
  }

  private interface Lender {
    Connection lend() throws SQLException;
  }

  /** A data source of which only {@code getConnection()} is called. */
  private static DataSource lending(Lender lender) {
    return (DataSource)
        Proxy.newProxyInstance(
            ReadRoutingTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                return lender.lend();
              }
              throw new UnsupportedOperationException(method.toString());
            });
  }

  /** As Liberty says that a pool has nothing to lend. */
  private static SQLException poolIsEmpty() {
    return new SQLTransientConnectionException("J2CA1010E", "08001");
  }

  /** As the server's data source is set up: nothing waits long. */
  private static PGSimpleDataSource source(TestReplica of) {
    PGSimpleDataSource source = of.like(primary);
    source.setConnectTimeout(1);
    source.setSocketTimeout(1);
    source.setSslMode("disable");
    return source;
  }

  private void inUse() {
    await(null);
  }

  /** Looks until that is what stands in the way. */
  private void await(Obstacle obstacle) {
    await(obstacle, primary);
  }

  private void await(Obstacle obstacle, DataSource ofThis) {
    long give = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      router.look(ofThis);
      if (System.nanoTime() - give > 0) {
        throw new AssertionError(
            "never " + obstacle + ": " + router.figures() + "\n" + replica.log());
      }
      pause(20);
    } while (router.figures().obstacle() != obstacle);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(DataSource to, long n) throws SQLException {
    try (Connection connection = to.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE notes SET n = " + n + " WHERE id = 1");
    }
  }

  private long read(Freshness freshness) throws SQLException {
    return read(freshness, primary);
  }

  private long read(Freshness freshness, DataSource from) throws SQLException {
    return router.read("note", freshness, from, c -> number(c, NOW));
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Reads what must be {@code expected}, and why the primary answered; null when the replica did. */
  private Obstacle answers(long expected) throws SQLException {
    ReadRouter.Counts before = router.figures().all();
    assertThat(read(Freshness.ACKNOWLEDGED)).isEqualTo(expected);
    ReadRouter.Counts after = router.figures().all();
    if (after.onReplica() > before.onReplica()) {
      return null;
    }
    return after.fallbacks().entrySet().stream()
        .filter(e -> e.getValue() > before.fallbacks().getOrDefault(e.getKey(), 0L))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  @Test
  void withoutAReplicaThePrimaryAnswersAndNothingIsCounted() throws SQLException {
    ReadRouter alone = new ReadRouter();
    write(primary, 3);
    assertThat(alone.<Long>read("note", Freshness.RECENT, primary, c -> number(c, NOW)))
        .isEqualTo(3);
    alone.look(primary);
    assertThat(alone.figures()).isNull();
    ReadRouting told = new ReplicaWatch(alone, clock()).now();
    assertThat(told.configured()).isFalse();
    assertThat(new ReplicaWatch(alone, clock()).status().detail()).isEmpty();
  }

  @Test
  void aReplicaAnswersOnceItWasLookedAtOftenEnough() throws SQLException {
    assertThat(answers(read(Freshness.ACKNOWLEDGED))).isEqualTo(Obstacle.NOT_MEASURED);
    inUse();
    write(primary, 4);
    replica.catchUp();
    assertThat(answers(4)).isNull();
    ReadRouting told = new ReplicaWatch(router, clock()).now();
    assertThat(told.replica().inUse()).isTrue();
    assertThat(told.replica().lagMs()).isNotNull();
    assertThat(told.replica().timeline()).isEqualTo(1);
    assertThat(told.reads().replica()).isEqualTo(1);
    assertThat(told.byRead().get("note").fallbacks()).containsKey("not_measured");
    assertThat(new ReplicaWatch(router, clock()).status().ready()).isTrue();
    assertThat(new ReplicaWatch(router, clock()).status().detail())
        .containsEntry("replica", "in use");
  }

  @Test
  void whatIsAcknowledgedButNotReplayedIsReadOnThePrimaryWithoutWaitingForALook()
      throws SQLException {
    inUse();
    replica.pause();
    write(primary, 5);
    assertThat(answers(5)).isEqualTo(Obstacle.BEHIND);
    // It wasn't looked at: the next read that the replica can answer goes there.
    replica.resume();
    replica.catchUp();
    assertThat(answers(5)).isNull();
  }

  @Test
  void lagOverTheBoundSendsEverythingToThePrimaryUntilTheReplicaHasCaughtUp() throws SQLException {
    inUse();
    replica.pause();
    write(primary, 6);
    await(Obstacle.BEHIND);
    assertThat(router.figures().lagBytes()).isPositive();
    assertThat(read(Freshness.RECENT)).isEqualTo(6);
    assertThat(answers(6)).isEqualTo(Obstacle.BEHIND);
    replica.resume();
    await(Obstacle.RETURNING);
    inUse();
    assertThat(answers(6)).isNull();
  }

  @Test
  void aKilledReplicaCostsNoReadAndComesBackWhenItWasStarted() throws Exception {
    inUse();
    write(primary, 7);
    replica.kill();
    assertThat(answers(7)).isEqualTo(Obstacle.AWAY);
    // At once, not at the next look: nobody else tries it meanwhile.
    assertThat(router.figures().obstacle()).isEqualTo(Obstacle.AWAY);
    router.look(primary);
    assertThat(router.figures().obstacle()).isEqualTo(Obstacle.AWAY);
    replica.start();
    await(Obstacle.RETURNING);
    inUse();
    assertThat(answers(7)).isNull();
  }

  @Test
  void aFrozenReplicaIsLeftAloneWhileTheLookAtItIsStillWaiting() throws Exception {
    inUse();
    write(primary, 8);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      replica.freeze();
      Future<?> look = other.submit(() -> router.look(primary));
      pause(bounds().overdue().toMillis() + 100);
      if (!look.isDone()) {
        assertThat(answers(8)).isEqualTo(Obstacle.NOT_MEASURED);
      }
      look.get();
      assertThat(answers(8)).isEqualTo(Obstacle.AWAY);
    } finally {
      replica.thaw();
      other.shutdownNow();
    }
    inUse();
    replica.catchUp();
    assertThat(answers(8)).isNull();
  }

  @Test
  void aReadThatHangsOnAFrozenReplicaIsAnsweredByThePrimary() throws Exception {
    inUse();
    write(primary, 9);
    replica.catchUp();
    try {
      replica.freeze();
      assertThat(answers(9)).isEqualTo(Obstacle.AWAY);
    } finally {
      replica.thaw();
    }
  }

  @Test
  void aReadThatReplayMustCancelIsDoneAgainOnThePrimary() throws SQLException {
    database.execute(
        "CREATE TABLE public.doomed (n int); GRANT SELECT ON public.doomed TO tola_app");
    inUse();
    replica.catchUp();
    List<Boolean> recovering = new ArrayList<>();
    boolean answer =
        router.read(
            "doomed",
            Freshness.ACKNOWLEDGED,
            primary,
            c -> {
              boolean there = number(c, "SELECT pg_is_in_recovery()::int") == 1;
              recovering.add(there);
              if (there) {
                c.setAutoCommit(false);
                number(c, "SELECT count(*) FROM doomed");
                database.execute("DROP TABLE public.doomed");
                number(c, "SELECT 1 FROM pg_sleep(60)");
              }
              return there;
            });
    assertThat(answer).isFalse();
    assertThat(recovering).containsExactly(true, false);
    assertThat(router.figures().all().fallbacks()).containsEntry(Obstacle.CONFLICT, 1L);
    assertThat(router.figures().obstacle()).as("it is well all the same").isNull();
  }

  @Test
  void aReplicasOwnErrorIsReadAgainAndThePrimarysIsTheCallers() throws SQLException {
    inUse();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    router.read(
                        "nothing",
                        Freshness.ACKNOWLEDGED,
                        primary,
                        c -> number(c, "SELECT no_such_column FROM notes"))))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42703"));
    assertThat(router.figures().all().fallbacks()).containsEntry(Obstacle.FAILED, 1L);
  }

  @Test
  void aReadThatTheReplicaAnswersBorrowsNothingFromTheCallersPool() throws SQLException {
    inUse();
    write(primary, 14);
    replica.catchUp();
    DataSource callers =
        lending(
            () -> {
              throw new AssertionError("borrowed");
            });
    assertThat(read(Freshness.ACKNOWLEDGED, callers)).isEqualTo(14);
    assertThat(router.figures().all().onReplica()).isEqualTo(1);
  }

  @Test
  void whoHoldsTheLastConnectionReadsWithIt() throws SQLException {
    inUse();
    write(primary, 15);
    asked =
        lending(
            () -> {
              throw poolIsEmpty();
            });
    assertThat(answers(15)).isEqualTo(Obstacle.NOT_MEASURED);
    asked = primary;
    replica.catchUp();
    assertThat(answers(15)).isNull();
  }

  @Test
  void aReplicasPoolWithNothingToLendHindersThatReadOnly() throws SQLException {
    AtomicBoolean empty = new AtomicBoolean();
    DataSource real = source(replica);
    attach(
        lending(
            () -> {
              if (empty.get()) {
                throw poolIsEmpty();
              }
              return real.getConnection();
            }));
    inUse();
    write(primary, 16);
    replica.catchUp();
    empty.set(true);
    assertThat(answers(16)).isEqualTo(Obstacle.BUSY);
    router.look(primary);
    assertThat(router.figures().obstacle()).as("a look that got none saw nothing").isNull();
    empty.set(false);
    assertThat(answers(16)).isNull();
  }

  @Test
  void aReadThatTakesTooLongIsDoneAgainOnThePrimaryAndTheReplicaStays() throws SQLException {
    PGSimpleDataSource real = source(replica);
    real.setOptions("-c statement_timeout=300");
    attach(real);
    inUse();
    boolean answer =
        router.read(
            "slow",
            Freshness.ACKNOWLEDGED,
            primary,
            c -> {
              boolean there = number(c, "SELECT pg_is_in_recovery()::int") == 1;
              number(c, "SELECT 1 FROM pg_sleep(" + (there ? 60 : 0) + ")");
              return there;
            });
    assertThat(answer).isFalse();
    assertThat(router.figures().all().fallbacks()).containsEntry(Obstacle.CONFLICT, 1L);
    assertThat(router.figures().obstacle()).isNull();
  }

  @Test
  void whoHasATransactionReadsWhereItWrites() throws SQLException {
    inUse();
    inTransaction = true;
    assertThat(answers(read(Freshness.ACKNOWLEDGED))).isEqualTo(Obstacle.IN_TRANSACTION);
  }

  @Test
  void aReplicaThatNobodyLooksAtAnyMoreIsNotRead() throws SQLException {
    inUse();
    pause(4 * bounds().overdue().toMillis() + 50);
    assertThat(answers(read(Freshness.ACKNOWLEDGED))).isEqualTo(Obstacle.NOT_MEASURED);
  }

  @Test
  void aPromotedReplicaIsNeverReadNotEvenBeforeTheNextLook() throws SQLException {
    try (TestReplica own = TestReplica.of(database)) {
      attach(own);
      inUse();
      write(primary, 10);
      own.promote();
      write(own.like(primary), -1);
      assertThat(answers(10)).isEqualTo(Obstacle.PROMOTED);
      await(Obstacle.PROMOTED);
      assertThat(answers(10)).isEqualTo(Obstacle.PROMOTED);
    }
  }

  @Test
  void afterAFailoverOnlyAReplicaThatFollowsTheNewPrimaryIsRead() throws SQLException {
    // The one we read from stays with the old primary and replays what the new one never had.
    try (TestReplica successor = TestReplica.of(database)) {
      inUse();
      write(primary, 11);
      successor.catchUp();
      successor.promote();
      DataSource after = successor.like(primary);
      asked = after;
      write(after, 12);
      for (int lost = 0; lost < 50; lost++) {
        write(primary, -lost);
      }
      replica.catchUp();
      assertThat(read(Freshness.ACKNOWLEDGED, after)).isEqualTo(12);
      assertThat(router.figures().all().fallbacks()).containsEntry(Obstacle.OTHER_TIMELINE, 1L);
      await(Obstacle.OTHER_TIMELINE, after);
      assertThat(read(Freshness.RECENT, after)).isEqualTo(12);
      try (TestReplica follower = TestReplica.create(successor.like(database.ownerDataSource()))) {
        attach(follower);
        await(null, after);
        write(after, 13);
        follower.catchUp();
        assertThat(read(Freshness.ACKNOWLEDGED, after)).isEqualTo(13);
        assertThat(router.figures().all().onReplica()).isEqualTo(1);
        assertThat(router.figures().timeline()).isEqualTo(2);
      }
    }
  }

  /** Random writes and reads from several threads while replay stops and goes on at random. */
  @Test
  void noReadIsOlderThanWhatWasAcknowledgedBeforeItBegan() throws Exception {
    inUse();
    write(primary, 0);
    AtomicLong acknowledged = new AtomicLong();
    // The value that was acknowledged at that moment, newest last.
    List<long[]> history = java.util.Collections.synchronizedList(new ArrayList<>());
    history.add(new long[] {System.nanoTime(), 0});
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Future<Long>> reads = new ArrayList<>();
    try {
      Future<?> writer =
          threads.submit(
              () -> {
                for (long n = 1; System.nanoTime() - end < 0; n++) {
                  write(primary, n);
                  acknowledged.set(n);
                  history.add(new long[] {System.nanoTime(), n});
                }
                return null;
              });
      Future<?> looks =
          threads.submit(
              () -> {
                while (System.nanoTime() - end < 0) {
                  router.look(primary);
                  pause(50);
                }
              });
      Future<?> replay =
          threads.submit(
              () -> {
                Random random = new Random(2026);
                while (System.nanoTime() - end < 0) {
                  pause(random.nextInt(300));
                  replica.pause();
                  pause(random.nextInt(random.nextInt(4) == 0 ? 800 : 100));
                  replica.resume();
                }
              });
      for (Freshness freshness : Freshness.values()) {
        reads.add(
            threads.submit(
                () -> {
                  long done = 0;
                  while (System.nanoTime() - end < 0) {
                    long least =
                        freshness == Freshness.ACKNOWLEDGED
                            ? acknowledged.get()
                            : acknowledgedBefore(history, System.nanoTime() - MAX_LAG.toNanos());
                    assertThat(read(freshness)).isGreaterThanOrEqualTo(least);
                    done++;
                  }
                  return done;
                }));
      }
      writer.get();
      looks.get();
      replay.get();
      for (Future<Long> each : reads) {
        assertThat(each.get()).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
    ReadRouter.Counts all = router.figures().all();
    assertThat(all.onReplica()).as(all.toString()).isPositive();
    assertThat(all.fallbacks()).containsKey(Obstacle.BEHIND);
  }

  private static long acknowledgedBefore(List<long[]> history, long moment) {
    synchronized (history) {
      for (int i = history.size() - 1; i >= 0; i--) {
        if (history.get(i)[0] - moment < 0) {
          return history.get(i)[1];
        }
      }
      return 0;
    }
  }

  private static Clock clock() {
    return Clock.fixed(Instant.parse("2026-11-22T04:00:00Z"), ZoneOffset.UTC);
  }
}
