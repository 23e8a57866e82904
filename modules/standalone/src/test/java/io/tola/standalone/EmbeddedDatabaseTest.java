package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

  private static final Map<String, String> SMALL =
      Map.of("shared_buffers", "32MB", "min_wal_size", "32MB", "max_wal_size", "64MB");

  private static final Map<String, String> EVERY_SLOW_ONE = new HashMap<>(SMALL);

  static {
    EVERY_SLOW_ONE.put("auto_explain.sample_rate", "1");
    EVERY_SLOW_ONE.put("log_statement_sample_rate", "1");
  }

  @TempDir private Path directory;

  @Test
  void whatWasCommittedSurvivesAKillAndARestart() throws Exception {
    try (DataFolder folder = DataFolder.open(directory.resolve("data"));
        EmbeddedDatabase database = EmbeddedDatabase.start(folder, Ports.free(), SMALL)) {
      assertThat(database.migrate().migrationsRun()).isPositive();
      assertThat(value(database, "SHOW fsync")).isEqualTo("on");
      assertThat(value(database, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(value(database, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(value(database, "SHOW data_checksums")).isEqualTo("on");
      assertThat(value(database, "SELECT count(*) FROM pg_stat_statements WHERE calls > 0"))
          .isNotEqualTo("0");
      execute(database, "CREATE TABLE trading.probe (n integer)");
      execute(database, "INSERT INTO trading.probe VALUES (42)");

      database.process().kill();
      database.start();

      assertThat(value(database, "SELECT n FROM probe")).isEqualTo("42");
      assertThat(database.migrate().migrationsRun()).isZero();
      database.stop();
      assertThat(database.process().isAlive()).isFalse();
    }
  }

  @Test
  void theApplicationsRoleGetsInWithItsPasswordAndNobodyWithAnother() throws Exception {
    try (DataFolder folder = DataFolder.open(directory.resolve("data"));
        EmbeddedDatabase database = EmbeddedDatabase.start(folder, Ports.free(), SMALL)) {
      database.migrate();
      try (Connection connection =
          DriverManager.getConnection(database.jdbcUrl(), "tola_app", database.appPassword())) {
        assertThat(connection.isValid(1)).isTrue();
      }
      assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), "tola_app", "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThatThrownBy(
              () -> DriverManager.getConnection(database.jdbcUrl(), "tola_owner", "tola_owner"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void theApplicationReadsThePlansOfSlowStatementsAndNoOtherFile() throws Exception {
    try (DataFolder folder = DataFolder.open(directory.resolve("data"));
        EmbeddedDatabase database = EmbeddedDatabase.start(folder, Ports.free(), EVERY_SLOW_ONE)) {
      database.migrate();
      try (Connection connection =
              DriverManager.getConnection(database.jdbcUrl(), "tola_app", database.appPassword());
          var slow =
              connection.prepareStatement("SELECT pg_sleep(1.05), ?::text AS marked_statement")) {
        slow.setString(1, "a-secret-value");
        slow.execute();
        // What has grown too large is cut, and PostgreSQL goes on in it.
        Path json = directory.resolve("data/logs/postgresql.json");
        assertThat(LogBound.cut(json, 0)).isTrue();
        slow.execute();
        String message = null;
        for (int i = 0; i < 100 && message == null; i++) {
          Thread.sleep(50);
          try (var rows =
              connection
                  .createStatement()
                  .executeQuery("SELECT message FROM public.tola_slow_plans(1000000)")) {
            while (rows.next()) {
              message = rows.getString(1);
            }
          }
        }
        assertThat(message)
            .contains("marked_statement")
            .contains("\"Plan\"")
            .doesNotContain("a-secret-value");
        assertThatThrownBy(
                () ->
                    connection
                        .createStatement()
                        .executeQuery("SELECT pg_read_file('PG_VERSION', 0, 10, true)"))
            .hasMessageContaining("permission denied");
      }
      Path log = directory.resolve("data/logs/postgresql.log");
      assertThat(Files.readString(log)).contains("duration:").doesNotContain("a-secret-value");
    }
  }

  @Test
  void aTakenPortIsNamedAndNothingIsMade() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        DataFolder folder = DataFolder.open(directory.resolve("data"))) {
      assertThatThrownBy(() -> EmbeddedDatabase.start(folder, taken.getLocalPort(), SMALL))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()))
          .hasMessageContaining("TOLA_DB_PORT");
      assertThat(folder.root().resolve("postgresql")).doesNotExist();
    }
  }

  @Test
  void aLostPasswordIsExplained() throws Exception {
    try (DataFolder folder = DataFolder.open(directory.resolve("data"))) {
      int port = Ports.free();
      EmbeddedDatabase.start(folder, port, SMALL).close();
      Files.delete(folder.root().resolve("secrets/db-owner"));
      assertThatThrownBy(() -> EmbeddedDatabase.start(folder, port, SMALL))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining("secrets/db-owner")
          .hasMessageContaining("-Dtola.fresh");
    }
  }

  private static String value(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
