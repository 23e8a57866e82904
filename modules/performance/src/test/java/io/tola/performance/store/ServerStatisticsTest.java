package io.tola.performance.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.DatabaseView.BlockedSession;
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
                  waiter.createStatement().execute("SELECT * FROM public.contended");
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
      assertThat(found.statement()).contains("public.contended");
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
