package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.PoolUse;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.StatementPlan;
import io.tola.performance.store.PlanReader;
import io.tola.performance.store.PoolFigures;
import io.tola.performance.store.ProbedStatements;
import io.tola.performance.store.SchemaCatalogue;
import io.tola.performance.store.SlowPlanLog;
import io.tola.probe.PostgresPool;
import io.tola.probe.Profile;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.PooledConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Statements that really went through the probe, judged with the catalogue and their plans. */
class StatementReviewTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final ProbedStatements STATEMENTS = new ProbedStatements();

  private final StatementReview review =
      new StatementReview(
          STATEMENTS,
          new SchemaCatalogue(DATABASE.appDataSource()),
          new PlanReader(DATABASE.appDataSource()),
          new SlowPlanLog(DATABASE.appDataSource()),
          Clock.systemUTC());

  @BeforeAll
  static void send() throws SQLException {
    DATABASE.execute(
        """
        CREATE TABLE public.reviewed (id bigint PRIMARY KEY, name text NOT NULL, state text);
        INSERT INTO public.reviewed SELECT n, 'name ' || n, 'OPEN' FROM generate_series(1, 20000) n;
        CREATE INDEX ON public.reviewed (name);
        ANALYZE public.reviewed;
        GRANT ALL ON public.reviewed TO tola_app;
        """);
    try (Connection connection = pool("review-test").getPooledConnection().getConnection()) {
      for (int i = 0; i < 25; i++) {
        query(connection, "SELECT id FROM reviewed WHERE lower(name) = ?", "hidden value");
        query(connection, "SELECT state FROM reviewed WHERE name = ? AND state = 'OPEN'", "x");
        connection.createStatement().execute("SELECT 'varies " + i + "' AS reviewed_value");
      }
    }
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private static PostgresPool pool(String name) throws SQLException {
    var source = DATABASE.ownerDataSource().unwrap(PGSimpleDataSource.class);
    PostgresPool pool = new PostgresPool();
    pool.setURL(source.getURL());
    pool.setUser(source.getUser());
    pool.setPassword(source.getPassword());
    pool.setApplicationName(name);
    return pool;
  }

  private static void query(Connection connection, String sql, String value) throws SQLException {
    try (var select = connection.prepareStatement(sql)) {
      select.setString(1, value);
      select.executeQuery().close();
    }
  }

  @Test
  void whatThePlanConfirmsIsAdvisedWithItsCallSiteAndWithoutValues() {
    List<Recommendation> advice = review.review().advice();
    assertThat(advice)
        .anySatisfy(
            r -> {
              assertThat(r.code()).isEqualTo("function_on_column");
              assertThat(r.subject())
                  .isEqualTo(Profile.idOf("SELECT id FROM reviewed WHERE lower(name) = ?"));
              assertThat(r.reason()).contains("performance StatementReviewTest.query");
              assertThat(r.advice()).contains("CREATE INDEX CONCURRENTLY ON public.reviewed");
            })
        .anySatisfy(
            r -> {
              assertThat(r.code()).isEqualTo("literal_values");
              assertThat(r.subject()).isEqualTo(Profile.idOf("SELECT ? AS reviewed_value"));
            })
        .noneSatisfy(r -> assertThat(r.toString()).contains("hidden"));
  }

  @Test
  void ofWhatItSendsItselfTheReviewSaysNothing() throws SQLException {
    try (Connection connection = pool("review-own").getPooledConnection().getConnection();
        var statement = connection.createStatement()) {
      for (int i = 0; i < 25; i++) {
        statement.execute("PREPARE reviewed_" + i + " AS SELECT " + i);
        statement.executeQuery("EXPLAIN EXECUTE reviewed_" + i).close();
      }
    }
    List<String> subjects = review.review().advice().stream().map(Recommendation::subject).toList();
    assertThat(subjects).doesNotContain(Profile.idOf("PREPARE ?"), Profile.idOf("EXPLAIN ?"));
    assertThat(STATEMENTS.varying()).contains(Profile.idOf("PREPARE ?"));
  }

  @Test
  void theSameAdviceIsGivenOnce() {
    Recommendation one = new Recommendation("id", "select_star", "info", "s", "first", "a");
    Recommendation same = new Recommendation("id", "select_star", "info", "s", "again", "a");
    Recommendation other = new Recommendation("other", "select_star", "info", "s", "r", "a");
    assertThat(StatementReview.once(List.of(one, same, other))).containsExactly(one, other);
  }

  @Test
  void limitsAreThoseOfTheLastReviewAndNoneIsMadeForThem() {
    assertThat(review.limits()).isNull();
    review.review();
    assertThat(review.limits().maxConnections()).isPositive();
  }

  @Test
  void theDearestHavePlansWithoutLiterals() {
    String id = Profile.idOf("SELECT state FROM reviewed WHERE name = ? AND state = 'OPEN'");
    StatementReview.Shown shown = review.plans(List.of(id));
    StatementPlan plan = shown.plans().get(0);
    assertThat(plan.statementId()).isEqualTo(id);
    assertThat(plan.kind()).isEqualTo("generic");
    assertThat(plan.lines())
        .anySatisfy(l -> assertThat(l).contains("using reviewed_name_idx on reviewed"))
        .anySatisfy(l -> assertThat(l).contains("Filter: (state = ?::text)"));
    assertThat(shown.missing()).contains("auto_explain");
  }

  @Test
  void withoutTheDatabaseTheTextsOwnFindingsAreLeft() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1");
    StatementReview alone =
        new StatementReview(
            STATEMENTS,
            new SchemaCatalogue(nowhere),
            new PlanReader(nowhere),
            new SlowPlanLog(nowhere),
            Clock.systemUTC());
    assertThat(alone.review().missing()).contains("08001");
    assertThat(alone.review().advice())
        .extracting(Recommendation::code)
        .contains("literal_values")
        .doesNotContain("function_on_column");
    assertThat(alone.plans(List.of()).plans()).isEmpty();
  }

  @Test
  void aConnectionThatIsNotGivenBackIsNamedWithWhoTookIt() throws Exception {
    PooledConnection pooled = pool("watched").getPooledConnection();
    Connection connection = pooled.getConnection();
    PoolWatch watch = new PoolWatch(new PoolFigures(), STATEMENTS);
    for (int i = 0; i < 12; i++) {
      connection.beginRequest();
      TimeUnit.MILLISECONDS.sleep(2);
      connection.endRequest();
      watch.look(System.nanoTime());
    }
    connection.beginRequest();
    TimeUnit.MILLISECONDS.sleep(30);
    PoolUse use =
        watch
            .with(
                List.of(
                    new PoolUse("jdbc/watched", 4, 1, 1, 0, 1, 1, 0, 0, null, null, null, null)),
                new SchemaCatalogue.Limits(100, 3, 11, true),
                new PoolWatch.Leaks(Duration.ofMillis(20), Map.of(), Set.of()),
                Instant.parse("2026-11-22T05:00:00Z"),
                System.nanoTime())
            .get(0);
    assertThat(use.longLoans())
        .singleElement()
        .satisfies(
            l -> {
              assertThat(l.callSite()).startsWith("performance StatementReviewTest.aConnection");
              assertThat(l.heldMs().doubleValue()).isGreaterThan(20);
            });
    PoolUse bare = new PoolUse("jdbc/watched", 4, 1, 1, 0, 1, 1, 0, 0, null, null, null, null);
    Duration after = Duration.ofMillis(20);
    Set<String> kept = Set.of(use.longLoans().get(0).callSite());
    assertThat(use.longLoans().get(0).kept()).isFalse();
    assertThat(
            watch
                .with(
                    List.of(bare),
                    null,
                    new PoolWatch.Leaks(after, Map.of(), kept),
                    Instant.EPOCH,
                    System.nanoTime())
                .get(0)
                .longLoans())
        .singleElement()
        .satisfies(l -> assertThat(l.kept()).isTrue());
    assertThat(
            watch
                .with(
                    List.of(bare),
                    null,
                    new PoolWatch.Leaks(
                        after, Map.of("jdbc/watched", Duration.ofHours(1)), Set.of()),
                    Instant.EPOCH,
                    System.nanoTime())
                .get(0)
                .longLoans())
        .isEmpty();
    assertThat(use.heldTimes().count()).isEqualTo(12);
    assertThat(use.heldTimes().p50Ms().doubleValue()).isGreaterThan(1.9);
    assertThat(use.size().databaseAllows()).isEqualTo(100 - 3 - 10);
    assertThat(use.size().wanted()).isPositive();
    assertThat(use.borrowers().get(0)).startsWith("performance StatementReviewTest.aConnection");
    pooled.close();
  }
}
