package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.DatabaseView.BlockedSession;
import io.tola.performance.api.DatabaseView.ServerStatement;
import io.tola.performance.api.DatabaseView.TableUse;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ServerStatisticsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private final ServerStatistics statistics = new ServerStatistics(DATABASE.appDataSource());

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void aMissingExtensionIsSaid() throws SQLException {
    ServerStatistics.Answer answer = statistics.read(10);
    assertThat(answer.server().statementsMissing()).contains("CREATE EXTENSION");
    assertThat(answer.statements()).isEmpty();
    assertThat(answer.server().version()).startsWith("15");
  }

  @Test
  void anExtensionThatIsNotLoadedIsSaid() throws SQLException {
    try (TestDatabase other = TestDatabase.create()) {
      other.execute("CREATE EXTENSION pg_stat_statements");
      var answer = new ServerStatistics(other.appDataSource()).read(10);
      assertThat(answer.server().statementsMissing()).contains("shared_preload_libraries");
      assertThat(answer.tables()).isNotEmpty();
    }
  }

  @Test
  void noLiteralOfAStatementIsShown() throws SQLException {
    DATABASE.execute(
        """
        CREATE SCHEMA counted;
        GRANT USAGE ON SCHEMA counted TO tola_app;
        CREATE TABLE counted.pg_stat_statements AS
          SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) AS dbid,
                 n AS queryid, q AS query, 1::bigint AS calls, 1::float8 AS total_exec_time,
                 1::float8 AS max_exec_time, 0::float8 AS stddev_exec_time, 0::bigint AS rows,
                 0::bigint AS shared_blks_hit, 0::bigint AS shared_blks_read, 0::numeric AS wal_bytes
          FROM (VALUES (1::bigint, 'ALTER ROLE a PASSWORD ''secret'''),
                       (2, 'ALTER ROLE a PASSWORD ''' || repeat('secret', 1000) || ''' VALID UNTIL now()'),
                       (3, NULL)) v(n, q);
        GRANT SELECT ON counted.pg_stat_statements TO tola_app;
        """);
    try (Connection connection = DATABASE.appDataSource().getConnection()) {
      assertThat(ServerStatistics.statements(connection, "counted", 10))
          .extracting(ServerStatement::statement)
          .containsExactlyInAnyOrder("ALTER ROLE a PASSWORD ?", "ALTER ROLE a PASSWORD ?", null);
    }
  }

  @Test
  void tablesAreReadWithTheApplicationsRights() throws SQLException {
    assertThat(statistics.read(200).tables())
        .extracting(TableUse::table)
        .contains("trading.orders", "gateway.users");
    assertThat(statistics.read(3).tables()).hasSize(3);
  }

  @Test
  void whoWaitsForWhomIsNamed() throws Exception {
    DATABASE.execute("CREATE TABLE IF NOT EXISTS public.contended (a int)");
    DATABASE.execute("GRANT ALL ON public.contended TO tola_app");
    try (Connection holder = DATABASE.appDataSource().getConnection();
        Connection waiter = DATABASE.appDataSource().getConnection()) {
      holder.setAutoCommit(false);
      int pid = pid(holder);
      int waiting = pid(waiter);
      holder.createStatement().execute("LOCK TABLE public.contended");
      CompletableFuture<Void> wait =
          CompletableFuture.runAsync(
              () -> {
                try {
                  // Longer than the server keeps of a session's text: cut off within the literal.
                  waiter
                      .createStatement()
                      .execute(
                          "SELECT * FROM public.contended WHERE 'secret' <> '"
                              + "secret".repeat(400)
                              + "'");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      BlockedSession found = null;
      for (int i = 0; i < 500 && found == null; i++) {
        TimeUnit.MILLISECONDS.sleep(20);
        found =
            statistics.read(1).blocked().stream()
                .filter(b -> b.pid() == waiting)
                .findFirst()
                .orElse(null);
      }
      assertThat(found).isNotNull();
      assertThat(found.blockedBy()).containsExactly(pid);
      assertThat(found.statement()).isEqualTo("SELECT * FROM public.contended WHERE ? <> ?");
      assertThat(statistics.read(1).waits())
          .anySatisfy(
              w -> {
                assertThat(w.state()).isEqualTo("idle in transaction");
                assertThat(w.sessions()).isPositive();
              });
      holder.rollback();
      wait.get(30, TimeUnit.SECONDS);
    }
  }

  private static int pid(Connection connection) throws SQLException {
    try (var row = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
