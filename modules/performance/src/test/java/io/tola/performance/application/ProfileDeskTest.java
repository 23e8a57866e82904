package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.problem.InvalidValueException;
import io.tola.performance.api.QueryReport;
import io.tola.performance.api.QueryType;
import io.tola.performance.api.SlowQuery;
import io.tola.performance.api.SlowQueryReport;
import io.tola.performance.api.StatementReport;
import io.tola.performance.store.PlanReader;
import io.tola.performance.store.PoolFigures;
import io.tola.performance.store.ProbedStatements;
import io.tola.performance.store.SchemaCatalogue;
import io.tola.performance.store.SlowPlanLog;
import io.tola.probe.PostgresPool;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.sql.PooledConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the facade answers about statements that really went through the probe. */
class ProfileDeskTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final TestDatabase DATABASE = TestDatabase.create();

  private final ProbedStatements statements = new ProbedStatements();
  private final ProfileDesk desk =
      new ProfileDesk(
          statements,
          new PoolFigures(),
          null,
          null,
          null,
          new StatementReview(
              statements,
              new SchemaCatalogue(DATABASE.appDataSource()),
              new PlanReader(DATABASE.appDataSource()),
              new SlowPlanLog(DATABASE.appDataSource()),
              CLOCK),
          new PoolWatch(new PoolFigures(), statements),
          CLOCK);

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private static void send(String sql, int times) throws SQLException {
    var source = DATABASE.ownerDataSource().unwrap(PGSimpleDataSource.class);
    PostgresPool pool = new PostgresPool();
    pool.setURL(source.getURL());
    pool.setUser(source.getUser());
    pool.setPassword(source.getPassword());
    PooledConnection pooled = pool.getPooledConnection();
    try (Connection connection = pooled.getConnection();
        var statement = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < times; i++) {
        statement.execute();
      }
      connection.commit();
    } finally {
      pooled.close();
    }
  }

  @Test
  void statementsAreInTheReportsByTypeAndByThemselves() throws SQLException {
    send("VALUES ('desk')", 12);
    QueryReport report = desk.queries(QueryType.SELECT);
    assertThat(report.timestamp()).isEqualTo(NOW);
    assertThat(report.stats().total()).isGreaterThanOrEqualTo(12);
    assertThat(report.queryTypes().get("SELECT")).isEqualTo(report.stats());
    assertThat(desk.queries(QueryType.MERGE).stats().total()).isZero();
    assertThat(desk.queries(null).stats().queryType()).isEqualTo("ALL");
    StatementReport all = desk.statements(400);
    assertThat(all.windowHours()).isEqualTo(24);
    assertThat(all.statements())
        .anySatisfy(
            s -> {
              assertThat(s.statement()).isEqualTo("VALUES (?)");
              assertThat(s.callSites()).contains("performance ProfileDeskTest.send");
            });
    assertThat(all.habits())
        .anySatisfy(
            h -> {
              assertThat(h.kind()).isEqualTo("n_plus_one");
              assertThat(h.request()).contains("transaction of performance ProfileDeskTest.send");
              assertThat(h.statements()).isEqualTo(12);
              assertThat(h.lastSeen()).isBetween(NOW.minusSeconds(600), NOW);
            });
  }

  @Test
  void slowOnesAreDatedAndDividedFromThoseThatOnlyWarn() throws SQLException {
    Duration warn = statements.warn();
    Duration slow = statements.slow();
    statements.remarkable(Duration.ofMillis(20), Duration.ofMillis(200), 10, 50);
    try {
      send("SELECT pg_sleep(0.05) AS warned", 1);
      send("SELECT pg_sleep(0.25) AS slow", 1);
      SlowQueryReport report = desk.slowQueries(2);
      assertThat(report.slowMs()).isEqualByComparingTo("200");
      assertThat(report.queries()).extracting(SlowQuery::slow).containsExactly(true, false);
      assertThat(report.queries().get(0).at()).isBetween(NOW.minusSeconds(600), NOW);
      assertThat(report.queries().get(0).module()).isEqualTo("performance");
      assertThat(report.plansMissing()).contains("auto_explain isn't loaded");
    } finally {
      statements.remarkable(warn, slow, 10, 50);
    }
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> desk.slowQueries(101)).isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> desk.statements(0)).isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> desk.database(201)).isInstanceOf(InvalidValueException.class);
  }

  @Test
  void outsideOfTheServerThereAreNoPools() {
    assertThat(desk.pools().pools()).isEmpty();
  }
}
