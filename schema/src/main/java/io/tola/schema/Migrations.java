package io.tola.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Migrates one database to the newest schema on the class path.
 *
 * <p>The role of the given connections becomes the owner of everything. It must be allowed to create schemas in the database; it
 * must be allowed to create roles unless {@value #APP_ROLE} and {@value #READ_ROLE} exist already. Running it again changes nothing
 * but the passwords given. Flyway takes an advisory lock, so several nodes may run it at the same time.
 */
public final class Migrations {

  /** The role the server works as: reads and writes rows, can't change tables, can't change audit rows. */
  public static final String APP_ROLE = "tola_app";

  /** The role of reports and diagnosis: reads all schemas but the gateway's. */
  public static final String READ_ROLE = "tola_read";

  /**
   * The role that tries advised indexes: it may do with the tables what their owner may, because
   * PostgreSQL lets nobody else make an index. There only where {@link #advisorPassword} is used.
   */
  public static final String ADVISOR_ROLE = "tola_advisor";

  /** Where unqualified table names are looked for; table names are unique across the modules. */
  public static final String SEARCH_PATH =
      "trading, market, portfolio, risk, strategy, audit, gateway, performance, public";

  /** Set for every connection this class opens itself, so that it is recognised in {@code pg_stat_activity}. */
  private static final String APPLICATION_NAME = "tola-migrations";

  private final DataSource owner;
  private String appPassword;
  private String readPassword;
  private String advisorPassword;

  private Migrations(DataSource owner) {
    this.owner = Objects.requireNonNull(owner, "owner");
  }

  /** Migrations of the database that {@code owner} connects to, as the role it connects with. */
  public static Migrations of(DataSource owner) {
    return new Migrations(owner);
  }

  /**
   * Migrations of the database at a {@code jdbc:postgresql:} URL.
   *
   * @param password may be null where the server asks for none
   */
  public static Migrations of(String jdbcUrl, String user, String password) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(jdbcUrl);
    dataSource.setUser(user);
    dataSource.setPassword(password);
    dataSource.setApplicationName(APPLICATION_NAME);
    return new Migrations(dataSource);
  }

  /** Lets {@value #APP_ROLE} log in with this password. Without it the role's LOGIN and password stay as they are. */
  public Migrations appPassword(String password) {
    this.appPassword = Objects.requireNonNull(password, "password");
    return this;
  }

  /** Lets {@value #READ_ROLE} log in with this password. Without it the role's LOGIN and password stay as they are. */
  public Migrations readPassword(String password) {
    this.readPassword = Objects.requireNonNull(password, "password");
    return this;
  }

  /**
   * Makes {@value #ADVISOR_ROLE} a member of the role that migrates and lets it log in with this
   * password. The role of the connections must be allowed to do so: a superuser, or one with the
   * ADMIN option on itself. Without it the role isn't touched, and not made where it isn't there.
   */
  public Migrations advisorPassword(String password) {
    this.advisorPassword = Objects.requireNonNull(password, "password");
    return this;
  }

  /**
   * Runs what hasn't run yet.
   *
   * @return how many migrations ran, and the version the schema has now
   * @throws org.flywaydb.core.api.FlywayException if a migration fails (it is rolled back) or one that ran has been edited since
   * @throws SQLException if the roles can't be set
   */
  public Outcome run() throws SQLException {
    Flyway flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(owner)
            .locations("classpath:db/migration")
            .defaultSchema("public")
            // Each module has its own range of version numbers, so a lower number may well be the
            // newer one.
            .outOfOrder(true)
            .cleanDisabled(true)
            // A database that already holds something else than Tola needs a person's look, not a
            // baseline.
            .baselineOnMigrate(false)
            .validateMigrationNaming(true)
            .load();
    int ran = flyway.migrate().migrationsExecuted;
    try (Connection connection = owner.getConnection()) {
      setSearchPath(connection);
      if (appPassword != null) {
        letIn(connection, APP_ROLE, appPassword);
      }
      if (readPassword != null) {
        letIn(connection, READ_ROLE, readPassword);
      }
      if (advisorPassword != null) {
        makeAdvisor(connection);
        letIn(connection, ADVISOR_ROLE, advisorPassword);
      }
    }
    return new Outcome(ran, highestVersion(flyway));
  }

  /**
   * Makes {@link #SEARCH_PATH} the default of the database the connection is in, for every role. A database's settings aren't
   * copied by {@code CREATE DATABASE … TEMPLATE}, so a copy needs this again.
   */
  static void setSearchPath(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "
              + SEARCH_PATH
              + "', current_database()); END $$");
    }
  }

  /**
   * By inheritance, so that the owner's attributes (it may be a superuser) stay the owner's. From 16
   * on the member can't become the owner either; before, PostgreSQL has no way to forbid it.
   */
  private static void makeAdvisor(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          DO $$
          BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tola_advisor') THEN
              BEGIN
                CREATE ROLE tola_advisor INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
              EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
              END;
            END IF;
            EXECUTE format('GRANT %I TO tola_advisor', current_user)
              || CASE WHEN current_setting('server_version_num')::int >= 160000
                      THEN ' WITH INHERIT TRUE, SET FALSE' ELSE '' END;
          END
          $$""");
    }
  }

  /** Works around ALTER ROLE taking no parameters: {@code format} of the server quotes what we send as one. */
  private static void letIn(Connection connection, String role, String password)
      throws SQLException {
    String sql;
    try (var quote =
        connection.prepareStatement(
            "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', ?::text, ?::text)")) {
      quote.setString(1, role);
      quote.setString(2, password);
      try (var row = quote.executeQuery()) {
        row.next();
        sql = row.getString(1);
      }
    }
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The highest, not the last applied: ranges are per module, so the last applied may be a low number. */
  private static String highestVersion(Flyway flyway) {
    String highest = "none";
    org.flywaydb.core.api.MigrationVersion seen = null;
    for (MigrationInfo applied : flyway.info().applied()) {
      if (applied.getVersion() != null
          && (seen == null || applied.getVersion().compareTo(seen) > 0)) {
        seen = applied.getVersion();
        highest = seen.getVersion();
      }
    }
    return highest;
  }

  /**
   * What a run did.
   *
   * @param migrationsRun how many migrations this run executed; 0 if the schema was up to date
   * @param version the highest migration version applied, such as {@code 60.1}
   */
  public record Outcome(int migrationsRun, String version) {}
}
