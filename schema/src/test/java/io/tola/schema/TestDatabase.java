package io.tola.schema;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL database with all migrations applied, for store tests.
 *
 * <p>The server is started once per JVM, on a free port, and ends with the JVM. Each {@link #create()} copies a database that was
 * migrated once (some 50 ms), so test classes don't see each other's rows:
 *
 * <pre>{@code
 * private static final TestDatabase DATABASE = TestDatabase.create();
 *
 * @BeforeEach void emptyTables() { DATABASE.truncate(); }
 * }</pre>
 *
 * <p>Durability is switched off (a benchmark sets {@code tola.test.durable}): what a test proves here is SQL, not recovery. Thread-safe.
 */
public final class TestDatabase implements AutoCloseable {

  private static final String TEMPLATE = "tola_template";
  private static final String PASSWORD = "test";

  /** On for benchmarks only; with it, memory and checkpoints are set as the standalone platform sets them. */
  private static final String DURABLE = Boolean.getBoolean("tola.test.durable") ? "on" : "off";

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  /** A fresh database: migrated, and otherwise empty. */
  public static TestDatabase create() {
    String name = "test_" + COUNTER.incrementAndGet();
    // CREATE DATABASE takes the template alone; two at once would refuse each other.
    synchronized (Server.class) {
      execute(
          Server.dataSource("postgres", "postgres"),
          "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    }
    TestDatabase database = new TestDatabase(name);
    try (Connection connection = database.ownerDataSource().getConnection()) {
      Migrations.setSearchPath(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("can't set the search path of " + name, e);
    }
    return database;
  }

  /** A database without any migration, owned by the superuser; for tests of the migrations themselves. */
  static TestDatabase createUnmigrated() {
    String name = "bare_" + COUNTER.incrementAndGet();
    execute(
        Server.dataSource("postgres", "postgres"),
        "CREATE DATABASE " + name + " TEMPLATE template0");
    return new TestDatabase(name);
  }

  /** Connects as {@link Migrations#APP_ROLE}, the role the server works as: with its rights and no more. Not pooled. */
  public DataSource appDataSource() {
    return Server.dataSource(name, Migrations.APP_ROLE);
  }

  /** Connects as {@link Migrations#READ_ROLE}. Not pooled. */
  public DataSource readDataSource() {
    return Server.dataSource(name, Migrations.READ_ROLE);
  }

  /** Connects as {@link Migrations#ADVISOR_ROLE}. Not pooled. */
  public DataSource advisorDataSource() {
    return Server.dataSource(name, Migrations.ADVISOR_ROLE);
  }

  /** Connects as the superuser that owns all tables; to arrange and to inspect. Not pooled. */
  public DataSource ownerDataSource() {
    return Server.dataSource(name, "postgres");
  }

  /**
   * Empties all tables of the modules' schemas that the migrations leave empty. Rows that a migration itself inserts (reference
   * data) stay, with whatever a test did to them, and so does the audit trail, which can't be emptied: a test that counts its rows
   * creates a database of its own.
   */
  public void truncate() {
    List<String> tables = Server.tablesLeftEmpty();
    if (!tables.isEmpty()) {
      execute(
          ownerDataSource(), "TRUNCATE " + String.join(", ", tables) + " RESTART IDENTITY CASCADE");
    }
  }

  /** Runs one SQL statement, or several separated by semicolons, as the owner. */
  public void execute(String sql) {
    execute(ownerDataSource(), sql);
  }

  /** The database's name. */
  public String name() {
    return name;
  }

  /** Drops the database, throwing out whoever is still connected. Optional: the server is thrown away with the JVM anyway. */
  @Override
  public void close() {
    execute(
        Server.dataSource("postgres", "postgres"),
        "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private static void execute(DataSource dataSource, String sql) {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  /** The one server of this JVM; started when first touched. */
  private static final class Server {

    /** Held, because java.util.logging forgets the level of a logger nobody refers to. */
    private static final List<Logger> QUIET =
        List.of(Logger.getLogger("org.flywaydb"), Logger.getLogger("io.zonky"));

    static {
      QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    /** One folder per user: what root unpacked, an ordinary user can't lock. */
    private static final Path FOLDER =
        Path.of(
            System.getProperty("java.io.tmpdir"), "embedded-pg-" + System.getProperty("user.name"));

    private static final EmbeddedPostgres POSTGRES = startMigrated();
    private static final List<String> TABLES_LEFT_EMPTY = emptyTables();

    /**
     * Starts from a copy of a cluster with the migrated template, which the first JVM that needs it
     * makes and keeps: initdb and all migrations take longer than most modules' tests.
     */
    private static EmbeddedPostgres startMigrated() {
      try {
        Files.createDirectories(FOLDER);
        Path data = FOLDER.resolve("data-" + UUID.randomUUID());
        KeptCluster kept = KeptCluster.in(FOLDER);
        if (kept.copyTo(data)) {
          return stopped(start(data), data);
        }
        try (EmbeddedPostgres maker = start(data)) {
          migrateTemplate(maker);
        }
        kept.keep(data);
        return stopped(start(data), data);
      } catch (IOException e) {
        throw new UncheckedIOException("embedded PostgreSQL didn't start", e);
      }
    }

    /** Stops it and throws its data away with the JVM. */
    private static EmbeddedPostgres stopped(EmbeddedPostgres postgres, Path data) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      postgres.close();
                      KeptCluster.delete(data);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
      return postgres;
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
      return EmbeddedPostgres.builder()
          .setOverrideWorkingDirectory(FOLDER.toFile())
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setRegisterShutdownHook(false)
          .setServerConfig("fsync", DURABLE)
          .setServerConfig("synchronous_commit", DURABLE)
          .setServerConfig("full_page_writes", DURABLE)
          // Its workers would be in the template just when it is to be copied.
          .setServerConfig("autovacuum", "off")
          .setServerConfig("max_connections", "300")
          .setServerConfig("shared_buffers", DURABLE.equals("on") ? "512MB" : "64MB")
          .setServerConfig("max_wal_size", DURABLE.equals("on") ? "4GB" : "1GB")
          .start();
    }

    private static void migrateTemplate(EmbeddedPostgres postgres) {
      execute(
          dataSource(postgres, "postgres", "postgres"),
          "CREATE DATABASE " + TEMPLATE + " TEMPLATE template0");
      try {
        Migrations.of(dataSource(postgres, TEMPLATE, "postgres"))
            .appPassword(PASSWORD)
            .readPassword(PASSWORD)
            .advisorPassword(PASSWORD)
            .run();
      } catch (SQLException e) {
        throw new IllegalStateException("can't prepare the template database", e);
      }
    }

    private static List<String> emptyTables() {
      List<String> tables = new ArrayList<>();
      try (Connection connection = dataSource(TEMPLATE, "postgres").getConnection();
          var statement = connection.createStatement()) {
        List<String> candidates = new ArrayList<>();
        try (var rows =
            statement.executeQuery(
                // Partitions are emptied with the table they are part of.
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
                    // The audit trail refuses TRUNCATE, as it must.
                    + " AND n.nspname NOT IN ('public', 'audit', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1")) {
          while (rows.next()) {
            candidates.add(rows.getString(1));
          }
        }
        for (String table : candidates) {
          try (var row = statement.executeQuery("SELECT NOT EXISTS (SELECT FROM " + table + ")")) {
            row.next();
            if (row.getBoolean(1)) {
              tables.add(table);
            }
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException("can't read the template database", e);
      }
      return List.copyOf(tables);
    }

    static List<String> tablesLeftEmpty() {
      return TABLES_LEFT_EMPTY;
    }

    static DataSource dataSource(String database, String user) {
      return dataSource(POSTGRES, database, user);
    }

    private static DataSource dataSource(EmbeddedPostgres postgres, String database, String user) {
      PGSimpleDataSource dataSource = new PGSimpleDataSource();
      dataSource.setServerNames(new String[] {"localhost"});
      dataSource.setPortNumbers(new int[] {postgres.getPort()});
      dataSource.setDatabaseName(database);
      dataSource.setUser(user);
      dataSource.setPassword(PASSWORD);
      try {
        dataSource.setProperty("stringtype", "unspecified");
        dataSource.setProperty("reWriteBatchedInserts", "true");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return dataSource;
    }
  }
}
