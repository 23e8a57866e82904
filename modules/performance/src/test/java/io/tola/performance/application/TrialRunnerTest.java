package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvice.KeyColumn;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.api.IndexAdvice.WriteOverhead;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.IndexTrial.Phase;
import io.tola.performance.api.IndexTrial.State;
import io.tola.performance.api.TrialFigures;
import io.tola.performance.api.TrialFigures.Method;
import io.tola.performance.domain.TrialNames;
import io.tola.performance.domain.TrialVerdict;
import io.tola.performance.store.TrialServer;
import io.tola.performance.store.TrialSession;
import io.tola.performance.store.TrialStore;
import io.tola.performance.store.TrialWorkload;
import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trials against a real PostgreSQL, as the roles that the server has. */
class TrialRunnerTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T04:00:00.123456Z"), ZoneOffset.UTC);
  private static final TrialRunner.Limits LIMITS =
      new TrialRunner.Limits(30, 1, 10, 1, Duration.ofMillis(1), 10);

  private final List<AuditEntry> audited = new ArrayList<>();
  private final TrialStore store = new TrialStore(DATABASE.appDataSource());

  @BeforeAll
  static void makeTable() {
    DATABASE.execute(
        "CREATE TABLE market.probe (id bigint, customer integer, kind integer, note text);"
            + "INSERT INTO market.probe SELECT n, n % 5000, 1, repeat('x', 100)"
            + " FROM generate_series(1, 50000) n;"
            + "ANALYZE market.probe;"
            + "CREATE TABLE market.labelled (customer integer, label text);"
            + "INSERT INTO market.labelled"
            + " SELECT n, CASE WHEN n <= 300 THEN '1' ELSE 'secret-' || n END"
            + " FROM generate_series(1, 600) n;"
            + "CREATE SEQUENCE market.probe_numbers;"
            + "GRANT USAGE ON SEQUENCE market.probe_numbers TO tola_app;"
            + "CREATE FUNCTION market.probe_changed(integer) RETURNS integer LANGUAGE plpgsql AS"
            + " 'BEGIN UPDATE market.probe SET note = ''changed'' WHERE id = 1; RETURN $1; END';"
            + "GRANT EXECUTE ON FUNCTION market.probe_changed TO tola_app");
  }

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    for (String index : indexes()) {
      DATABASE.execute("DROP INDEX market.\"" + index + "\"");
    }
    DATABASE.execute("TRUNCATE performance.index_trials");
  }

  @Test
  void anIndexThatHelpsIsKeptUnderItsNameAndSaysWhichTrialItWas() throws Exception {
    IndexTrial trial =
        trial(advice("customer", "SELECT count(note) FROM probe WHERE customer = $1"));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).as(ended.reason()).isEqualTo(State.KEPT);
    assertThat(ended.outcome()).isEqualTo("helped");
    assertThat(ended.before().method()).isEqualTo(Method.REPLAYED);
    assertThat(ended.before().plans()).isEqualTo("generic");
    assertThat(ended.before().usesIndex()).isFalse();
    assertThat(ended.after().usesIndex()).isTrue();
    assertThat(ended.after().blocks()).isLessThan(ended.before().blocks());
    assertThat(ended.gainPct()).isGreaterThan(BigDecimal.TEN);
    assertThat(ended.sizeBytes()).isPositive();
    assertThat(ended.advice()).isEqualTo(trial.advice());
    assertThat(indexes()).containsExactly("probe_by_customer");
    assertThat(one("SELECT obj_description('market.probe_by_customer'::regclass)"))
        .endsWith("(trial " + trial.id() + ")");
    assertThat(actions())
        .containsExactly(
            "index_trial_started",
            "index_trial_building",
            "index_trial_judged",
            "index_trial_kept");
    assertThat(audited.get(0).actor()).isEqualTo("ops");
    assertThat(audited.get(1).detail().get("statement"))
        .isEqualTo(
            "CREATE INDEX CONCURRENTLY \""
                + trial.trialName()
                + "\" ON \"market\".\"probe\" USING \"btree\" (\"customer\")");
  }

  @Test
  void anIndexThatIsNotUsedIsDropped() throws Exception {
    IndexTrial trial = trial(advice("kind", "SELECT count(note) FROM probe WHERE kind = $1"));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.DROPPED);
    assertThat(ended.outcome()).isEqualTo("not_used");
    assertThat(indexes()).isEmpty();
    assertThat(actions()).endsWith("index_trial_judged", "index_trial_dropped");
  }

  @Test
  void aKeptIndexIsTakenAwayAgainAndOnceOnly() throws Exception {
    IndexTrial trial = kept();
    TrialRunner runner = runner(new Clerk());
    runner.rollBack(trial, "ops2", new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.ROLLED_BACK);
    assertThat(ended.rolledBackBy()).isEqualTo("ops2");
    assertThat(indexes()).isEmpty();
    CompletableFuture<IndexTrial> again = new CompletableFuture<>();
    runner.rollBack(trial, "ops2", again);
    assertConflict(again);
  }

  @Test
  void aKeptIndexThatWasRenamedIsStillItsOwn() throws Exception {
    IndexTrial trial = kept();
    DATABASE.execute("ALTER INDEX market.probe_by_customer RENAME TO renamed");
    DATABASE.execute("CREATE INDEX probe_by_customer ON market.probe (id)");
    runner(new Clerk()).rollBack(trial, "ops", new CompletableFuture<>());

    assertThat(store.find(trial.id()).orElseThrow().state()).isEqualTo(State.ROLLED_BACK);
    assertThat(indexes()).containsExactly("probe_by_customer");
  }

  @Test
  void theRightNameOfAnotherIndexEndsTheTrialBeforeAnythingIsMade() throws Exception {
    DATABASE.execute("CREATE INDEX probe_by_customer ON market.probe (id)");
    IndexTrial trial = trial(helpful());
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.FAILED);
    assertThat(ended.outcome()).isEqualTo("name_taken");
    assertThat(indexes()).containsExactly("probe_by_customer");
    assertThat(actions()).containsExactly("index_trial_started", "index_trial_failed");
  }

  @Test
  void anIndexThatGotTheNameMeanwhileStaysAndOursGoes() throws Exception {
    IndexTrial trial = trial(helpful());
    runner(
            new Clerk() {
              @Override
              void after(Step step) {
                if (step == Step.JUDGED) {
                  DATABASE.execute("CREATE INDEX probe_by_customer ON market.probe (id)");
                }
              }
            })
        .run(trial, new CompletableFuture<>());

    assertThat(store.find(trial.id()).orElseThrow().outcome()).isEqualTo("name_taken");
    assertThat(indexes()).containsExactly("probe_by_customer");
    assertThat(one("SELECT pg_get_indexdef('market.probe_by_customer'::regclass)"))
        .contains("(id)");
  }

  @Test
  void aTransactionThatDoesNotEndMakesItGiveUpWithoutALeftOver() throws Exception {
    IndexTrial trial = trial(helpful());
    try (Connection other = DATABASE.ownerDataSource().getConnection()) {
      other.setAutoCommit(false);
      try (var update = other.createStatement()) {
        update.execute("UPDATE market.probe SET note = note WHERE id = 1");
        runner(new Clerk()).run(trial, new CompletableFuture<>());
        // The building gave up. Dropping what it had begun has to wait for the same transaction.
        assertThat(store.find(trial.id()).orElseThrow().phase()).isEqualTo(Phase.BUILDING);
      }
      other.rollback();
    }
    runner(new Clerk()).finishLeftOver();

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.FAILED);
    assertThat(ended.outcome()).isEqualTo("lock_timeout");
    assertThat(indexes()).isEmpty();
  }

  @Test
  void whatCanNotBeRunOrWatchedIsNotTried() throws Exception {
    IndexTrial trial =
        trial(advice("customer", "SELECT count(note) FROM probe WHERE abs(customer + $1) = 7"));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.outcome()).isEqualTo("not_measurable");
    assertThat(ended.reason()).contains("$1");
    assertThat(indexes()).isEmpty();
  }

  @Test
  void aStatementThatWritesIsNotRun() throws Exception {
    IndexTrial trial =
        trial(advice("customer", "UPDATE probe SET note = 'changed' WHERE customer = $1"));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    assertThat(store.find(trial.id()).orElseThrow().outcome()).isEqualTo("not_measurable");
    assertThat(one("SELECT count(*)::text FROM market.probe WHERE note = 'changed'"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT nextval('market.probe_numbers') FROM probe WHERE customer = $1",
        "SELECT note FROM probe WHERE customer = $1 FOR UPDATE",
        "SELECT market.probe_changed(customer) FROM probe WHERE customer = $1"
      })
  void aQueryThatWritesIsRefusedByTheReadOnlyTransaction(String statement) throws Exception {
    // Who locked a row last is left in it, even by a transaction that was rolled back.
    String lockers = "SELECT sum(xmax::text::bigint)::text FROM market.probe";
    String before = one(lockers);
    IndexTrial trial = trial(advice("customer", statement));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.outcome()).isEqualTo("not_measurable");
    assertThat(ended.reason()).contains("25006");
    assertThat(one("SELECT is_called::text FROM market.probe_numbers")).isEqualTo("false");
    assertThat(one("SELECT count(*)::text FROM market.probe WHERE note = 'changed'"))
        .isEqualTo("0");
    assertThat(one(lockers)).isEqualTo(before);
  }

  /** Values that don't fit: one of the rows that are read, one that was drawn for the parameter. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM labelled WHERE customer = $1 AND label::integer = 1",
        "SELECT count(*) FROM labelled WHERE label::integer = $1"
      })
  void noValueOfARowGetsIntoTheReasonOrTheAuditTrail(String statement) throws Exception {
    IndexTrial trial = trial(advice("customer", statement));
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.outcome()).isEqualTo("not_measurable");
    assertThat(ended.reason()).contains("22P02").doesNotContain("secret");
    assertThat(audited.toString()).contains("22P02").doesNotContain("secret");
  }

  @Test
  void aStatementThatBeginsToFailWhileItIsTriedSaysNoValueEither() throws Exception {
    DATABASE.execute("UPDATE market.probe SET note = '7'; ANALYZE market.probe");
    try {
      IndexTrial trial =
          trial(
              advice(
                  "customer",
                  "SELECT count(*) FROM probe WHERE customer = $1 AND note::integer > 0"));
      runner(
              new Clerk() {
                @Override
                void after(Step step) {
                  if (step == Step.BUILT) {
                    DATABASE.execute("UPDATE market.probe SET note = 'secret-' || id");
                  }
                }
              })
          .run(trial, new CompletableFuture<>());

      IndexTrial ended = store.find(trial.id()).orElseThrow();
      assertThat(ended.outcome()).isEqualTo("refused");
      assertThat(ended.reason()).contains("22P02").doesNotContain("secret");
      assertThat(audited.toString()).doesNotContain("secret");
      assertThat(indexes()).isEmpty();
    } finally {
      DATABASE.execute("UPDATE market.probe SET note = repeat('x', 100)");
      DATABASE.execute("VACUUM FULL ANALYZE market.probe");
    }
  }

  @Test
  void aValueThatDoesNotFitKeepsOnlyItsStatementOut() throws Exception {
    IndexAdvice helpful = helpful();
    IndexAdvice both =
        advice(
            "customer",
            List.of(
                helpful.serves().get(0),
                served(
                    "4712",
                    "SELECT count(*) FROM labelled WHERE customer = $1 AND label::integer = 1")));
    IndexTrial trial = trial(both);
    runner(new Clerk()).run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).as(ended.reason()).isEqualTo(State.KEPT);
    assertThat(ended.before().statements()).isEqualTo(1);
    assertThat(ended.before().skipped()).isEqualTo(1);
  }

  @Test
  void noRowCanNameAnIndexThatIsNotATrials() throws Exception {
    IndexTrial trial = trial(helpful());
    assertThatThrownBy(() -> store.begin(named(trial, "probe_by_id")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("index_trials_own_name");
    assertThatThrownBy(() -> store.begin(named(trial, trial(helpful()).trialName())))
        .hasMessageContaining("index_trials_own_name");
    assertThat(store.begin(trial)).isTrue();
    assertThatThrownBy(
            () ->
                strings(
                    DATABASE.appDataSource(),
                    "UPDATE index_trials SET trial_name = 'probe_by_id' RETURNING trial_name"))
        .hasMessageContaining("index_trials_own_name");
  }

  @Test
  void anIndexOfAnotherTableIsNoTrials() throws Exception {
    IndexTrial trial = trial(helpful());
    DATABASE.execute("CREATE INDEX \"" + trial.trialName() + "\" ON market.labelled (customer)");
    try {
      assertThat(store.begin(trial)).isTrue();
      runner(new Clerk()).finishLeftOver();

      assertThat(store.find(trial.id()).orElseThrow().state()).isEqualTo(State.FAILED);
      assertThat(
              one(
                  "SELECT count(*)::text FROM pg_index WHERE indrelid = 'market.labelled'::regclass"))
          .isEqualTo("1");
    } finally {
      DATABASE.execute("DROP INDEX IF EXISTS market.\"" + trial.trialName() + "\"");
    }
  }

  @Test
  void aKeptIndexWhoseCommentWasChangedStaysAndStaysKept() throws Exception {
    IndexTrial trial = kept();
    DATABASE.execute("COMMENT ON INDEX market.probe_by_customer IS 'mine'");
    CompletableFuture<IndexTrial> begun = new CompletableFuture<>();
    runner(new Clerk()).rollBack(trial, "ops", begun);

    assertConflict(begun);
    assertThatThrownBy(begun::get).hasMessageContaining(TrialNames.mark(trial.id()));
    IndexTrial still = store.find(trial.id()).orElseThrow();
    assertThat(still.state()).isEqualTo(State.KEPT);
    assertThat(still.phase()).isNull();
    assertThat(still.rolledBackBy()).isNull();
    assertThat(indexes()).containsExactly("probe_by_customer");
  }

  @Test
  void aCommentThatIsChangedWhileItIsTakenAwayLeavesItKept() throws Exception {
    IndexTrial trial = kept();
    runner(
            new Clerk() {
              @Override
              void after(Step step) {
                DATABASE.execute("COMMENT ON INDEX market.probe_by_customer IS NULL");
              }
            })
        .rollBack(trial, "ops", new CompletableFuture<>());

    IndexTrial still = store.find(trial.id()).orElseThrow();
    assertThat(still.state()).isEqualTo(State.KEPT);
    assertThat(still.phase()).isNull();
    assertThat(actions()).endsWith("index_trial_rollback_given_up");
    assertThat(indexes()).containsExactly("probe_by_customer");
  }

  @Test
  void aLeftOverThatCanNotBeFinishedIsSaidOnceForEachReason() {
    List<LogRecord> said = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            said.add(entry);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    List<String> reasons = new ArrayList<>(List.of("refused", "refused", "gone", "gone"));
    TrialServer broken =
        new TrialServer(DATABASE.advisorDataSource()) {
          @Override
          public Optional<TrialSession> open(int buildSeconds, int lockSeconds)
              throws SQLException {
            throw new SQLException(reasons.remove(0));
          }
        };
    TrialRunner runner =
        new TrialRunner(new Clerk(), broken, new TrialWorkload(DATABASE.appDataSource()), LIMITS);
    Logger logger = Logger.getLogger(TrialRunner.class.getName());
    logger.addHandler(handler);
    try {
      for (int look = 0; look < 4; look++) {
        runner.finishLeftOver();
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(said).extracting(LogRecord::getLevel).containsOnly(Level.WARNING);
    assertThat(said).extracting(r -> r.getThrown().getMessage()).containsExactly("refused", "gone");
  }

  @Test
  void statementsThatCanNotBeRunAreWatched() throws Exception {
    IndexTrial trial =
        trial(advice("customer", "UPDATE probe SET note = note WHERE customer = $1"));
    List<TrialWorkload.Counts> counts =
        new ArrayList<>(
            List.of(
                new TrialWorkload.Counts(100, 1_000, 5_000),
                new TrialWorkload.Counts(120, 1_200, 6_000),
                new TrialWorkload.Counts(200, 2_000, 9_000),
                new TrialWorkload.Counts(240, 2_040, 9_100)));
    TrialWorkload workload =
        new TrialWorkload(DATABASE.appDataSource()) {
          @Override
          public Optional<Counts> counts(Collection<String> queryIds) throws SQLException {
            if (counts.size() == 1) {
              // What the platform does in that time.
              try (Connection user = DATABASE.appDataSource().getConnection();
                  var update = user.createStatement()) {
                update.execute("UPDATE probe SET note = note WHERE customer = 17");
                update.execute("SELECT pg_stat_force_next_flush()");
              }
            }
            return Optional.of(counts.remove(0));
          }
        };
    new TrialRunner(new Clerk(), new TrialServer(DATABASE.advisorDataSource()), workload, LIMITS)
        .run(trial, new CompletableFuture<>());

    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.before().method()).isEqualTo(Method.OBSERVED);
    assertThat(ended.before().ms()).isEqualByComparingTo("10");
    assertThat(ended.after().ms()).isEqualByComparingTo("1");
    assertThat(ended.after().blocks()).isEqualByComparingTo("2.5");
    assertThat(ended.gainPct()).isEqualByComparingTo("90");
    assertThat(ended.state()).as(ended.reason()).isEqualTo(State.KEPT);
  }

  @Test
  void withoutTheAuditTrailNothingIsMade() throws Exception {
    IndexTrial trial = trial(helpful());
    TrialClerk mute =
        new TrialClerk(
            store,
            entries -> {
              if (!entries.get(0).action().equals("index_trial_started")) {
                throw new IllegalStateException("no audit trail");
              }
            },
            CLOCK);
    new TrialRunner(
            mute,
            new TrialServer(DATABASE.advisorDataSource()),
            new TrialWorkload(DATABASE.appDataSource()),
            LIMITS)
        .run(trial, new CompletableFuture<>());
    assertThat(indexes()).isEmpty();
    assertThat(one("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'"))
        .isEqualTo("0");
  }

  @Test
  void thereIsOneTrialAtATime() throws Exception {
    CountDownLatch building = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    IndexTrial first = trial(helpful());
    Thread node =
        new Thread(
            () ->
                runner(
                        new Clerk() {
                          @Override
                          void after(Step step) {
                            if (step == Step.BUILDING) {
                              building.countDown();
                              await(goOn);
                            }
                          }
                        })
                    .run(first, new CompletableFuture<>()));
    node.start();
    await(building);
    CompletableFuture<IndexTrial> second = new CompletableFuture<>();
    runner(new Clerk()).run(trial(advice("id", "SELECT note FROM probe WHERE id = $1")), second);
    assertConflict(second);
    // Nor does anybody take the running one for a left-over.
    runner(new Clerk()).finishLeftOver();
    assertThat(store.find(first.id()).orElseThrow().phase()).isEqualTo(Phase.BUILDING);
    goOn.countDown();
    node.join();
    assertThat(store.find(first.id()).orElseThrow().state()).isEqualTo(State.KEPT);
    assertThat(indexes()).containsExactly("probe_by_customer");
  }

  /** After which step the node ends. */
  @ParameterizedTest
  @EnumSource(Step.class)
  void aNodeThatEndsLeavesATrialThatTheNextFinishes(Step at) throws Exception {
    IndexTrial trial =
        at.ofARollback() ? kept() : trial(at == Step.DROPPED ? useless() : helpful());
    TrialRunner node =
        runner(
            new Clerk() {
              @Override
              void after(Step step) {
                if (step == at) {
                  throw new NodeEnds();
                }
              }
            });
    assertThatThrownBy(() -> carryOut(node, trial, at)).isInstanceOf(NodeEnds.class);
    assertFinished(
        trial,
        switch (at) {
          case BEGIN, BUILDING, BUILT -> State.FAILED;
          case JUDGED, KEPT -> State.KEPT;
          case DROPPED -> State.DROPPED;
          case ROLLING_BACK, ROLLED_BACK -> State.ROLLED_BACK;
        });
  }

  /** In which step, before it is on record, the node ends. */
  @ParameterizedTest
  @EnumSource(Step.class)
  void aNodeThatEndsBeforeAStepIsOnRecordLeavesATrialThatTheNextFinishes(Step at) throws Exception {
    IndexTrial trial =
        at.ofARollback() ? kept() : trial(at == Step.DROPPED ? useless() : helpful());
    TrialRunner node =
        runner(
            new Clerk() {
              @Override
              void before(Step step) {
                if (step == at) {
                  throw new NodeEnds();
                }
              }
            });
    assertThatThrownBy(() -> carryOut(node, trial, at)).isInstanceOf(NodeEnds.class);
    if (at == Step.BEGIN) {
      assertThat(store.find(trial.id())).isEmpty();
      assertThat(indexes()).isEmpty();
    } else {
      assertFinished(
          trial,
          switch (at) {
            case BEGIN, BUILDING, BUILT, JUDGED -> State.FAILED;
            case KEPT, ROLLING_BACK -> State.KEPT;
            case DROPPED -> State.DROPPED;
            case ROLLED_BACK -> State.ROLLED_BACK;
          });
    }
  }

  /** At which step the session of the trial is ended by somebody. */
  @ParameterizedTest
  @EnumSource(Step.class)
  void aSessionThatEndsLeavesATrialThatTheNextFinishes(Step at) throws Exception {
    IndexTrial trial =
        at.ofARollback() ? kept() : trial(at == Step.DROPPED ? useless() : helpful());
    TrialRunner node =
        runner(
            new Clerk() {
              @Override
              void after(Step step) {
                if (step == at) {
                  endAdvisorsSessions();
                }
              }
            });
    carryOut(node, trial, at);
    assertFinished(
        trial,
        switch (at) {
          case BEGIN, BUILDING -> State.FAILED;
          // From there on the session has nothing to do before the verdict is on record.
          case BUILT, JUDGED, KEPT -> State.KEPT;
          case DROPPED -> State.DROPPED;
          case ROLLING_BACK, ROLLED_BACK -> State.ROLLED_BACK;
        });
  }

  @Test
  void aSessionThatEndsWhileTheIndexIsBuiltLeavesAnInvalidOneThatTheNextDrops() throws Exception {
    IndexTrial trial = trial(helpful());
    try (Connection other = DATABASE.ownerDataSource().getConnection()) {
      other.setAutoCommit(false);
      try (var update = other.createStatement()) {
        update.execute("UPDATE market.probe SET note = note WHERE id = 1");
        Thread node =
            new Thread(
                () ->
                    new TrialRunner(
                            new Clerk(),
                            new TrialServer(DATABASE.advisorDataSource()),
                            new TrialWorkload(DATABASE.appDataSource()),
                            new TrialRunner.Limits(60, 60, 10, 1, Duration.ofMillis(1), 10))
                        .run(trial, new CompletableFuture<>()));
        node.start();
        while (one("SELECT count(*)::text FROM pg_stat_progress_create_index").equals("0")) {
          Thread.sleep(10);
        }
        while (indexes().isEmpty()) {
          Thread.sleep(10);
        }
        endAdvisorsSessions();
        node.join();
      }
      other.rollback();
    }
    assertThat(
            one(
                "SELECT bool_or(indisvalid)::text FROM pg_index WHERE indrelid = 'market.probe'::regclass"))
        .isEqualTo("false");
    runner(new Clerk()).finishLeftOver();
    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.FAILED);
    assertThat(ended.outcome()).isEqualTo("interrupted");
    assertThat(indexes()).isEmpty();
  }

  // Parts

  private void carryOut(TrialRunner node, IndexTrial trial, Step at) {
    if (at.ofARollback()) {
      node.rollBack(trial, "ops", new CompletableFuture<>());
    } else {
      node.run(trial, new CompletableFuture<>());
    }
  }

  /** Whatever happened: after the next look nothing is running, and what is there is what was kept. */
  private void assertFinished(IndexTrial trial, State expected) throws SQLException {
    runner(new Clerk()).finishLeftOver();
    IndexTrial ended = store.find(trial.id()).orElseThrow();
    assertThat(ended.phase()).isNull();
    assertThat(ended.state()).as(ended.outcome() + ": " + ended.reason()).isEqualTo(expected);
    if (ended.state() == State.KEPT) {
      assertThat(indexes()).containsExactly("probe_by_customer");
      assertThat(
              one(
                  "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'market.probe_by_customer'::regclass"))
          .isEqualTo("true");
    } else {
      assertThat(indexes()).as(ended.state() + " " + ended.outcome()).isEmpty();
    }
    assertThat(one("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'"))
        .isEqualTo("0");
  }

  private IndexTrial kept() throws SQLException {
    IndexTrial trial = trial(helpful());
    runner(new Clerk()).run(trial, new CompletableFuture<>());
    IndexTrial kept = store.find(trial.id()).orElseThrow();
    assertThat(kept.state()).as(kept.reason()).isEqualTo(State.KEPT);
    return kept;
  }

  private static void endAdvisorsSessions() {
    DATABASE.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + " WHERE usename = 'tola_advisor' AND datname = current_database()");
  }

  private static void assertConflict(CompletableFuture<IndexTrial> begun) {
    assertThatThrownBy(() -> begun.get(1, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .satisfies(
            e ->
                assertThat(((ProblemException) e.getCause()).code())
                    .isEqualTo(ProblemCode.TRIAL_CONFLICT));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private TrialRunner runner(TrialClerk clerk) {
    return new TrialRunner(
        clerk,
        new TrialServer(DATABASE.advisorDataSource()),
        new TrialWorkload(DATABASE.appDataSource()),
        LIMITS);
  }

  private List<String> actions() {
    return audited.stream().map(AuditEntry::action).toList();
  }

  private static IndexAdvice helpful() {
    return advice("customer", "SELECT count(note) FROM probe WHERE customer = $1");
  }

  private static IndexAdvice useless() {
    return advice("kind", "SELECT count(note) FROM probe WHERE kind = $1");
  }

  private static IndexAdvice advice(String column, String statement) {
    return advice(column, List.of(served("4711", statement)));
  }

  private static ServedStatement served(String queryId, String statement) {
    return new ServedStatement(
        queryId,
        statement,
        10,
        new BigDecimal("5.125"),
        new BigDecimal("1000"),
        new BigDecimal("10"),
        new BigDecimal("99"));
  }

  private static IndexAdvice advice(String column, List<ServedStatement> serves) {
    return new IndexAdvice(
        "00c0ffee00c0ffee",
        "market",
        "probe",
        "btree",
        List.of(new KeyColumn(column, false)),
        List.of(),
        null,
        false,
        "probe_by_" + column,
        false,
        "CREATE INDEX CONCURRENTLY probe_by_" + column + " ON market.probe (" + column + ")",
        "DROP INDEX CONCURRENTLY market.probe_by_" + column,
        List.of(),
        "it's read by it",
        JudgedBy.HEURISTIC,
        serves,
        new BigDecimal("99"),
        new BigDecimal("50"),
        1_000_000,
        new WriteOverhead(null, 50_000, 0, 0, new BigDecimal("3.5")));
  }

  private static IndexTrial trial(IndexAdvice advice) {
    UUID id = Ids.next();
    String name = TrialNames.of(advice, id);
    return new IndexTrial(
        id,
        advice.id(),
        State.RUNNING,
        Phase.MEASURING_BEFORE,
        name,
        TrialNames.create(advice, name),
        BigDecimal.TEN,
        null,
        null,
        null,
        null,
        null,
        null,
        "ops",
        CLOCK.instant(),
        null,
        null,
        null,
        advice);
  }

  private static IndexTrial named(IndexTrial trial, String name) {
    return new IndexTrial(
        trial.id(),
        trial.recommendationId(),
        trial.state(),
        trial.phase(),
        name,
        trial.createStatement(),
        trial.thresholdPct(),
        null,
        null,
        null,
        null,
        null,
        null,
        "ops",
        CLOCK.instant(),
        null,
        null,
        null,
        trial.advice());
  }

  private static List<String> indexes() throws SQLException {
    return strings(
        DATABASE.ownerDataSource(),
        "SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            + " WHERE x.indrelid = 'market.probe'::regclass ORDER BY 1");
  }

  private static String one(String sql) throws SQLException {
    return strings(DATABASE.ownerDataSource(), sql).get(0);
  }

  private static List<String> strings(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  /** What is put on record, in its order. */
  enum Step {
    BEGIN,
    BUILDING,
    BUILT,
    JUDGED,
    KEPT,
    DROPPED,
    ROLLING_BACK,
    ROLLED_BACK;

    boolean ofARollback() {
      return this == ROLLING_BACK || this == ROLLED_BACK;
    }
  }

  /** No exception that anybody handles: what comes after it doesn't happen. */
  private static final class NodeEnds extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Lets a test do something before and after each record. */
  class Clerk extends TrialClerk {

    Clerk() {
      super(store, audited::addAll, CLOCK);
    }

    void before(Step step) {}

    void after(Step step) {}

    private void step(Step step, Runnable record) {
      before(step);
      record.run();
      after(step);
    }

    @Override
    public boolean begin(IndexTrial trial) {
      before(Step.BEGIN);
      boolean done = super.begin(trial);
      after(Step.BEGIN);
      return done;
    }

    @Override
    public void building(IndexTrial trial, TrialFigures figures) {
      step(Step.BUILDING, () -> super.building(trial, figures));
    }

    @Override
    public void built(IndexTrial trial, long bytes) {
      step(Step.BUILT, () -> super.built(trial, bytes));
    }

    @Override
    public void judged(
        IndexTrial trial, TrialFigures without, TrialFigures with, TrialVerdict verdict) {
      step(Step.JUDGED, () -> super.judged(trial, without, with, verdict));
    }

    @Override
    public void ended(IndexTrial trial, Phase from, State state) {
      step(state == State.KEPT ? Step.KEPT : Step.DROPPED, () -> super.ended(trial, from, state));
    }

    @Override
    public boolean rollingBack(IndexTrial trial, String user) {
      before(Step.ROLLING_BACK);
      boolean done = super.rollingBack(trial, user);
      after(Step.ROLLING_BACK);
      return done;
    }

    @Override
    public void rolledBack(IndexTrial trial, boolean found) {
      step(Step.ROLLED_BACK, () -> super.rolledBack(trial, found));
    }
  }
}
