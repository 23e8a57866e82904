package io.tola.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class MigrationsTest {

  @Test
  void allMigrationsRunOnAnEmptyDatabaseAndTheSecondRunChangesNothing() throws SQLException {
    try (TestDatabase database = TestDatabase.createUnmigrated()) {
      Migrations.Outcome first = Migrations.of(database.ownerDataSource()).run();
      Migrations.Outcome second = Migrations.of(database.ownerDataSource()).run();

      assertThat(first.migrationsRun()).isPositive();
      assertThat(second.migrationsRun()).isZero();
      assertThat(second.version()).isEqualTo(first.version());
    }
  }

  @Test
  void messagesThatWaitWhenTheOutboxBecomesARowATransactionAreKept() throws SQLException {
    try (TestDatabase database = TestDatabase.createUnmigrated()) {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(database.ownerDataSource())
          .locations("classpath:db/migration")
          .defaultSchema("public")
          .target("21")
          // Grants are for the tables of today.
          .repeatableSqlMigrationPrefix("none")
          .load()
          .migrate();
      database.execute(
          "INSERT INTO trading.outbox (created_at, sequence, message_id, topic, key, payload)"
              + " SELECT now(), n, gen_random_uuid(), 'tola.executions', 'a', 'payload ' || n"
              + " FROM generate_series(1, 3) AS n");

      Migrations.of(database.ownerDataSource()).run();

      assertThat(
              strings(
                  database.ownerDataSource(),
                  "SELECT concat_ws(' ', messages, sequences[1], topics[1], keys[1], payloads[1])"
                      + " FROM trading.outbox WHERE message_ids[1] IS NOT NULL ORDER BY id"))
          .containsExactly(
              "1 1 tola.executions a payload 1",
              "1 2 tola.executions a payload 2",
              "1 3 tola.executions a payload 3");
    }
  }

  @Test
  void aPasswordWithQuotesLetsTheRoleIn() throws SQLException {
    try (TestDatabase database = TestDatabase.createUnmigrated()) {
      // Roles belong to the cluster: give the shared one back the password that the other tests
      // use.
      Migrations.of(database.ownerDataSource()).appPassword("it's a \"secret\" \\ %I").run();
      Migrations.of(database.ownerDataSource()).appPassword("test").run();
      assertThat(strings(database.appDataSource(), "SELECT current_user::text"))
          .containsExactly("tola_app");
    }
  }

  @Test
  void everyRoleFindsTheModulesTablesUnqualified() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      for (DataSource dataSource :
          List.of(
              database.appDataSource(), database.readDataSource(), database.ownerDataSource())) {
        assertThat(strings(dataSource, "SHOW search_path")).containsExactly(Migrations.SEARCH_PATH);
      }
    }
  }

  @Test
  void tableNamesAreUniqueAcrossTheSearchPath() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      assertThat(
              strings(
                  database.ownerDataSource(),
                  "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                      + " WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p', 'v', 'm')"
                      + " GROUP BY 1 HAVING count(*) > 1"))
          .isEmpty();
    }
  }

  @Test
  void theApplicationRoleWritesRowsButChangesNoTables() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      database.execute(
          "CREATE TABLE trading.probe (id integer GENERATED ALWAYS AS IDENTITY, note text)");
      execute(database.appDataSource(), "INSERT INTO probe (note) VALUES ('a')");
      execute(database.appDataSource(), "UPDATE probe SET note = 'b'");
      assertThat(strings(database.readDataSource(), "SELECT note FROM probe")).containsExactly("b");
      execute(database.appDataSource(), "DELETE FROM probe");

      assertRefused(database.appDataSource(), "DROP TABLE trading.probe", "must be owner");
      assertRefused(database.appDataSource(), "TRUNCATE trading.probe", "permission denied");
      assertRefused(
          database.appDataSource(), "CREATE TABLE trading.other (id integer)", "permission denied");
      assertRefused(
          database.appDataSource(), "CREATE TABLE public.other (id integer)", "permission denied");
      assertRefused(
          database.readDataSource(),
          "INSERT INTO trading.probe (note) VALUES ('c')",
          "permission denied");
    }
  }

  @Test
  void theAdvisorRoleMakesAndDropsIndexesOfTheOwnersTablesWithoutBeingASuperuser()
      throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      database.execute("CREATE TABLE trading.probe (id integer, note text)");
      assertRefused(
          database.appDataSource(),
          "CREATE INDEX CONCURRENTLY probe_by_note ON trading.probe (note)",
          "must be owner");
      execute(
          database.advisorDataSource(),
          "CREATE INDEX CONCURRENTLY probe_by_note ON trading.probe (note)");
      execute(database.advisorDataSource(), "DROP INDEX CONCURRENTLY trading.probe_by_note");
      assertThat(strings(database.advisorDataSource(), "SHOW is_superuser")).containsExactly("off");
      assertRefused(
          database.advisorDataSource(),
          "COPY trading.probe FROM PROGRAM 'true'",
          "must be superuser");
    }
  }

  @Test
  void aNewAuditTableIsClosedToTheApplicationRoleUntilItsMigrationOpensIt() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      database.execute("CREATE TABLE audit.probe (id integer)");
      assertRefused(
          database.appDataSource(), "INSERT INTO audit.probe VALUES (1)", "permission denied");
      assertThat(strings(database.readDataSource(), "SELECT id::text FROM audit.probe")).isEmpty();
    }
  }

  @Test
  void theApplicationRoleCanNotChangeAnyAuditTable() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      assertThat(
              strings(
                  database.ownerDataSource(),
                  "SELECT format('%s %s', table_name, privilege_type) FROM information_schema.role_table_grants"
                      + " WHERE table_schema = 'audit' AND grantee IN ('tola_app', 'tola_read', 'PUBLIC')"
                      + " AND privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')"))
          .isEmpty();
    }
  }

  @Test
  void theReadRoleDoesNotSeePasswordHashes() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      database.execute("CREATE TABLE gateway.probe (secret text)");
      assertRefused(database.readDataSource(), "SELECT * FROM gateway.probe", "permission denied");
    }
  }

  @Test
  void truncateEmptiesTablesAndDatabasesDoNotSeeEachOther() throws SQLException {
    try (TestDatabase one = TestDatabase.create();
        TestDatabase two = TestDatabase.create()) {
      one.execute("CREATE TABLE trading.only_in_one (id integer)");
      assertThatThrownBy(() -> two.execute("SELECT * FROM trading.only_in_one"))
          .hasRootCauseInstanceOf(SQLException.class);
      one.truncate();
      two.truncate();
    }
  }

  private static void assertRefused(DataSource dataSource, String sql, String message) {
    assertThatThrownBy(() -> execute(dataSource, sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message);
  }

  private static void execute(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> strings(DataSource dataSource, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
