package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.IndexAdvicePage.NotJudged;
import io.tola.performance.domain.CandidatePredicate;
import io.tola.performance.domain.CandidateTable;
import io.tola.performance.domain.IndexedStatement;
import io.tola.performance.domain.StatementText.Planned;
import io.tola.performance.store.IndexWorkbench.Bounds;
import io.tola.performance.store.IndexWorkbench.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the advisor makes of a statement that the server gives up: the others have their advice. */
class IndexWorkbenchFaultsTest {

  private static final String DATABASE = "faults";
  private static final Bounds BOUNDS = new Bounds(Duration.ofSeconds(60), 500, 50_000);
  private static final String TIMED_OUT = "57014";
  private static final String LOST = "08006";

  private static final String QUEUE = "SELECT * FROM g.queue WHERE s = 'NEW' ORDER BY id";
  private static final String GAP = "SELECT * FROM g.gap WHERE a = ?";
  private static final String CONSTANT = "SELECT count(*) FROM g.gap WHERE id = 7";

  private static HypoPostgres server;

  private final List<String> failed = new ArrayList<>();

  @BeforeAll
  static void plant() throws SQLException {
    server = HypoPostgres.server();
    server.create(DATABASE, "pg_stat_statements", "pg_qualstats", "hypopg");
    for (String sql :
        List.of(
            "CREATE SCHEMA g",
            "CREATE TABLE g.queue (id int, s text, pad text)",
            "INSERT INTO g.queue SELECT n, CASE WHEN n % 10000 = 0 THEN 'NEW' ELSE 'DONE' END,"
                + " repeat('x', 60) FROM generate_series(1, 200000) n",
            "CREATE INDEX ON g.queue (id) WHERE s = 'NEW'",
            "CREATE TABLE g.gap (id int, a int, pad text)",
            "INSERT INTO g.gap SELECT n, n % 3000, repeat('x', 60) FROM generate_series(1, 12000) n",
            "GRANT USAGE ON SCHEMA g TO app",
            "GRANT SELECT ON ALL TABLES IN SCHEMA g TO app",
            "VACUUM ANALYZE g.queue",
            "VACUUM ANALYZE g.gap",
            "SELECT pg_stat_reset()")) {
      server.execute(DATABASE, sql);
    }
    try (Connection app = server.dataSource(DATABASE, HypoPostgres.APP).getConnection();
        PreparedStatement gap = app.prepareStatement(GAP);
        var plain = app.createStatement()) {
      for (int i = 0; i < 50; i++) {
        plain.executeQuery(QUEUE).close();
        gap.setInt(1, i);
        gap.executeQuery().close();
      }
      for (int i = 0; i < 3; i++) {
        plain.executeQuery(CONSTANT).close();
      }
    }
  }

  /** The connection refuses what is prepared, by its SQL and what is bound first. */
  private Outcome run(String state, BiPredicate<String, String> refused) throws SQLException {
    DataSource real = server.dataSource(DATABASE, HypoPostgres.APP);
    DataSource refusing =
        proxy(
            DataSource.class,
            real,
            (method, args, answer) ->
                method.equals("getConnection")
                    ? proxy(
                        Connection.class,
                        answer.get(),
                        (of, with, made) ->
                            of.equals("prepareStatement")
                                ? refusing((String) with[0], made.get(), state, refused)
                                : made.get())
                    : answer.get());
    return new IndexWorkbench(refusing).run(BOUNDS);
  }

  private Object refusing(
      String sql, Object statement, String state, BiPredicate<String, String> refused) {
    String[] bound = {""};
    return proxy(
        PreparedStatement.class,
        statement,
        (method, args, answer) -> {
          if (method.equals("setString")) {
            bound[0] = (String) args[1];
          } else if (method.equals("executeQuery") && refused.test(sql, bound[0])) {
            failed.add(sql);
            throw new SQLException("given up", state);
          }
          return answer.get();
        });
  }

  private interface Answer {
    Object get() throws Throwable;
  }

  private interface Call {
    Object of(String method, Object[] args, Answer answer) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Object real, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) ->
                call.of(
                    method.getName(),
                    args,
                    () -> {
                      try {
                        return method.invoke(real, args);
                      } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                      }
                    })));
  }

  private static boolean asksForAnExample(String sql) {
    return sql.contains("pg_qualstats_example_query");
  }

  private static boolean plansTheQueueNarrowed(String bound) {
    return bound.contains("g.queue") && bound.contains("'NEW'");
  }

  private static List<String> judged(Outcome outcome) {
    return outcome.judged().stream().map(s -> s.planned().sql()).toList();
  }

  private static List<String> tables(Outcome outcome) {
    return outcome.result().chosen().stream().map(c -> c.index().table().name()).toList();
  }

  @Test
  void withoutAnExampleAStatementIsJudgedWithoutItsConstants() throws SQLException {
    Outcome outcome = run(TIMED_OUT, (sql, bound) -> asksForAnExample(sql));
    assertThat(failed).isNotEmpty();
    assertThat(judged(outcome)).anyMatch(s -> s.equals(CONSTANT.replace("7", "$1")));
    assertThat(tables(outcome)).containsOnly("gap");
  }

  @Test
  void aNarrowedPlanThatIsGivenUpLeavesTheWideOne() throws SQLException {
    Outcome outcome = run(TIMED_OUT, (sql, bound) -> plansTheQueueNarrowed(bound));
    assertThat(failed).hasSize(1);
    assertThat(outcome.notJudged())
        .filteredOn(n -> n.statement().contains("g.queue"))
        .extracting(NotJudged::reason)
        .singleElement()
        .satisfies(reason -> assertThat(reason).contains("its values decide"));
    assertThat(tables(outcome)).containsOnly("gap");
  }

  @Test
  void aLostConnectionEndsTheRun() {
    assertThatThrownBy(() -> run(LOST, (sql, bound) -> asksForAnExample(sql)))
        .isInstanceOf(SqlFault.class);
    assertThatThrownBy(() -> run(LOST, (sql, bound) -> plansTheQueueNarrowed(bound)))
        .isInstanceOf(SqlFault.class);
  }

  @Test
  void byTheRuleOfThumbAPlanThatIsGivenUpCostsWhatItDid() throws SQLException {
    server.execute(DATABASE, "DROP EXTENSION hypopg");
    try {
      boolean[] planned = {false};
      Outcome outcome =
          run(
              TIMED_OUT,
              (sql, bound) -> {
                boolean gap = bound.contains("g.gap");
                boolean again = gap && planned[0];
                planned[0] |= gap;
                return again;
              });
      assertThat(failed).isNotEmpty();
      assertThat(judged(outcome)).anyMatch(s -> s.contains("g.gap"));
      assertThat(outcome.result().chosen()).isEmpty();
      assertThat(outcome.result().after()).containsExactly(outcome.result().before());
    } finally {
      server.execute(DATABASE, "CREATE EXTENSION hypopg");
    }
  }

  @Test
  void whatCannotBePlannedHasNoCostAndAfterItsTimeNothingIsAsked() throws SQLException {
    try (Connection app = server.dataSource(DATABASE, HypoPostgres.APP).getConnection()) {
      CandidateTable table = CandidateFacts.read(app, null).catalogue().table("g", "queue");
      CandidatePredicate predicate = new CandidatePredicate("s", "s = 'NEW'", true);
      IndexedStatement gone =
          new IndexedStatement(
              "1", "", new Planned("SELECT * FROM g.gone", 0), 1, 1, 1, 1, List.of(), Map.of());
      long later = System.nanoTime() + 60_000_000_000L;
      try (PlannerSession session = PlannerSession.open(app, "public", later, 10)) {
        assertThat(session.plan(gone)).isEmpty();
        assertThat(session.fraction(table, predicate)).isLessThan(0.1);
        assertThat(session.asked()).isEqualTo(2);
      }
      try (PlannerSession session = PlannerSession.open(app, "public", System.nanoTime(), 10)) {
        assertThat(session.fraction(table, predicate)).isEqualTo(1);
        assertThat(session.asked()).isZero();
      }
    }
  }
}
