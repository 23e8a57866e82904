package io.tola.standalone;

import io.tola.schema.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;

/**
 * A PostgreSQL 15 of our own, on loopback, that keeps its data and is as durable as any: fsync, synchronous_commit and full_page_writes
 * are on. Its superuser {@value #OWNER} owns the database {@value #NAME}; passwords are made up at the first start and kept in the data
 * folder.
 *
 * <p>PostgreSQL refuses to run as root. Started as root, it gets a user namespace in which it isn't; its files stay root's.
 *
 * <p>Not thread-safe, but {@link #stop()} may be called from any thread.
 */
public final class EmbeddedDatabase implements AutoCloseable {

  /** The database. */
  public static final String NAME = "tola";

  /** The role that owns everything in it. */
  public static final String OWNER = "tola_owner";

  /** Of the text and of the JSON each; one before it is kept. */
  private static final long LOG_BYTES = 64L << 20;

  private static final Duration GRACE = Duration.ofSeconds(30);

  private final DataFolder folder;
  private final int port;
  private final Map<String, String> settings;
  private final Path log;
  private GuardedProcess postgres;
  private LogBound logBound;

  private EmbeddedDatabase(DataFolder folder, int port, Map<String, String> overrides) {
    this.folder = folder;
    this.port = port;
    this.settings = settings(port, overrides);
    this.log = folder.directory("logs").resolve("postgresql.log");
  }

  /** Starts the server, after making its cluster if the folder has none yet, and returns when it answers. */
  public static EmbeddedDatabase start(DataFolder folder, int port)
      throws IOException, StartRefused {
    return start(folder, port, Map.of());
  }

  /**
   * The same, with some of PostgreSQL's settings replaced.
   *
   * @param overrides by names of postgresql.conf, such as {@code shared_buffers}
   */
  public static EmbeddedDatabase start(DataFolder folder, int port, Map<String, String> overrides)
      throws IOException, StartRefused {
    EmbeddedDatabase database = new EmbeddedDatabase(folder, port, overrides);
    database.start();
    return database;
  }

  /** Starts a stopped server again, on the same data and port, and returns when it answers. */
  public void start() throws IOException, StartRefused {
    Path data = folder.root().resolve("postgresql");
    stopLeftOver(folder);
    Ports.requireFree(port, "PostgreSQL", "tola.db.port");
    Path programs = PostgresBinaries.unpackInto(folder.programs());
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      initialise(programs, data);
    }

    List<String> command = new ArrayList<>(asPostgresUser());
    command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", data.toString()));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    // Into the file that takes what is said before its collector of logs runs.
    command.addAll(List.of("-c", "log_directory=" + log.getParent()));
    command.addAll(List.of("-c", "log_filename=" + log.getFileName()));
    if (Integer.parseInt(Files.readString(data.resolve("PG_VERSION")).strip()) >= 16) {
      command.addAll(List.of("-c", "auto_explain.log_parameter_max_length=0"));
    }
    postgres =
        GuardedProcess.start(
            command,
            Map.of("TZ", "UTC"),
            folder.root(),
            log,
            folder.directory("run").resolve("postgresql.pid"),
            "INT",
            GRACE);
    boundLogs();
    awaitAnswer(Duration.ofSeconds(60));
    createDatabase();
  }

  private synchronized void boundLogs() {
    if (logBound == null) {
      logBound = LogBound.of(List.of(log, log.resolveSibling("postgresql.json")), LOG_BYTES);
    }
  }

  private synchronized void unboundLogs() {
    if (logBound != null) {
      logBound.close();
      logBound = null;
    }
  }

  /**
   * Migrates the database to the newest schema and sets the roles' passwords.
   *
   * @throws StartRefused if a migration fails, or the data was made by a version with other migrations
   */
  public Migrations.Outcome migrate() throws SQLException, StartRefused {
    try {
      Migrations.Outcome outcome =
          Migrations.of(jdbcUrl(), OWNER, ownerPassword())
              .appPassword(appPassword())
              .readPassword(readPassword())
              .advisorPassword(advisorPassword())
              .run();
      showSlowPlans();
      return outcome;
    } catch (FlywayException e) {
      throw new StartRefused(
          "The database in %s can't be brought to this version's schema. If what it holds may be lost, start anew with -Dtola.fresh.%n%s"
              .formatted(folder.root().resolve("postgresql"), e.getMessage().strip()),
          e);
    }
  }

  /** What a superuser does elsewhere: the application may read the plans that auto_explain writes. */
  private void showSlowPlans() throws SQLException {
    try (var script = Migrations.class.getResourceAsStream("/db/admin/slow_plans.sql");
        Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops a server that an earlier run left behind; only if its guard was killed as well. */
  static boolean stopLeftOver(DataFolder folder) {
    Path data = folder.root().resolve("postgresql");
    return GuardedProcess.stopLeftOver(
        data.resolve("postmaster.pid"), data.toString(), "INT", GRACE);
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** For drivers. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
  }

  /** The password of {@value #OWNER}. */
  public String ownerPassword() {
    return folder.secret("db-owner");
  }

  /** The password of {@link Migrations#APP_ROLE}. */
  public String appPassword() {
    return folder.secret("db-app");
  }

  /** The password of {@link Migrations#READ_ROLE}. */
  public String readPassword() {
    return folder.secret("db-read");
  }

  /** The password of {@link Migrations#ADVISOR_ROLE}. */
  public String advisorPassword() {
    return folder.secret("db-advisor");
  }

  /** A new connection as {@value #OWNER}; to arrange and to inspect. */
  public Connection connect() throws SQLException {
    return connect(NAME);
  }

  /** What {@code SELECT version()} calls itself, such as {@code 15.14}. */
  public String version() throws SQLException {
    try (Connection connection = connect()) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  /** The running process; for tests that kill it, and for the launcher to notice its end. */
  public GuardedProcess process() {
    return postgres;
  }

  /** Stops it as an operator does: sessions are ended, a checkpoint is written. Does nothing if it is stopped. */
  public void stop() {
    if (postgres != null) {
      postgres.stop();
    }
    unboundLogs();
  }

  @Override
  public void close() {
    stop();
  }

  private static Map<String, String> settings(int port, Map<String, String> overrides) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("port", Integer.toString(port));
    // Nobody but us: no socket file that a change of the temporary folder's cleaner takes away.
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "200");
    // The promise that an acknowledged order stays rests on these three.
    settings.put("fsync", "on");
    settings.put("synchronous_commit", "on");
    settings.put("full_page_writes", "on");
    settings.put("shared_buffers", "512MB");
    settings.put("effective_cache_size", "2GB");
    settings.put("max_wal_size", "4GB");
    settings.put("min_wal_size", "1GB");
    settings.put("checkpoint_timeout", "15min");
    settings.put("random_page_cost", "1.1");
    settings.put("jit", "off");
    settings.put("shared_preload_libraries", "pg_stat_statements,auto_explain");
    // Plans of slow statements, to be read by /performance/slow-queries; without values, except of
    // a plan that was made for them (jdbc/tola-long). Of one in ten: when everything is slow, they
    // must not make it slower.
    settings.put("auto_explain.log_min_duration", "1s");
    settings.put("auto_explain.sample_rate", "0.1");
    settings.put("auto_explain.log_format", "json");
    settings.put("log_parameter_max_length", "0");
    settings.put("logging_collector", "on");
    settings.put("log_destination", "stderr,jsonlog");
    // One name, for who reads it; LogBound keeps it small.
    settings.put("log_rotation_age", "0");
    settings.put("log_rotation_size", "0");
    settings.put("track_io_timing", "on");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_line_prefix", "%m [%p] %q%u@%d %a ");
    settings.put("log_min_duration_sample", "1s");
    settings.put("log_statement_sample_rate", "0.1");
    settings.put("log_min_duration_statement", "10s");
    settings.put("log_lock_waits", "on");
    settings.putAll(overrides);
    return settings;
  }

  private void initialise(Path programs, Path data) throws IOException, StartRefused {
    // A first start that was interrupted left half a cluster.
    DataFolder.deleteRecursively(data);
    Path passwordFile =
        Files.createTempFile(
            folder.root(),
            "initdb",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwordFile, ownerPassword());
      Path draft = data.resolveSibling("postgresql.new");
      DataFolder.deleteRecursively(draft);
      List<String> command = new ArrayList<>(asPostgresUser());
      command.addAll(
          List.of(
              programs.resolve("bin/initdb").toString(),
              "--pgdata=" + draft,
              "--username=" + OWNER,
              "--pwfile=" + passwordFile,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C",
              "--data-checksums"));
      run(command, Duration.ofSeconds(120));
      Files.move(draft, data);
    } finally {
      Files.delete(passwordFile);
    }
  }

  /** Empty for an ordinary user; for root a user namespace, in which the process has no rights and PostgreSQL is content. */
  private static List<String> asPostgresUser() throws IOException, StartRefused {
    if (!"root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    List<String> unshare = List.of("unshare", "--user");
    try {
      List<String> probe = new ArrayList<>(unshare);
      probe.add("true");
      if (new ProcessBuilder(probe)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0) {
        return unshare;
      }
    } catch (IOException e) {
      // No such program: the same advice.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StartRefused(
        "PostgreSQL doesn't run as root, and this machine allows no user namespaces (unshare --user). Start Tola as an ordinary user.");
  }

  private void run(List<String> command, Duration timeout) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(command.get(0) + " didn't end within " + timeout + "; see " + log);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + LogTail.of(log, 15));
    }
  }

  private void awaitAnswer(Duration timeout) throws IOException, StartRefused {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try (Connection connection = connect("postgres")) {
        return;
      } catch (SQLException e) {
        if (!postgres.isAlive()) {
          throw new StartRefused(
              "PostgreSQL didn't start. The end of " + log + ":\n" + LogTail.of(log, 15));
        }
        if ("28P01".equals(e.getSQLState())) {
          throw new StartRefused(
              "The password in %s is not that of the database in %s. Restore it, or start anew with -Dtola.fresh."
                  .formatted(
                      folder.root().resolve("secrets/db-owner"),
                      folder.root().resolve("postgresql")));
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "PostgreSQL doesn't answer after " + timeout.toSeconds() + " s; see " + log, e);
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private void createDatabase() throws IOException {
    try (Connection connection = connect("postgres");
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'")) {
        if (row.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + NAME);
      try (Connection inside = connect();
          var create = inside.createStatement()) {
        create.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
      }
    } catch (SQLException e) {
      throw new IOException("can't create the database " + NAME, e);
    }
  }

  private Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", OWNER);
    properties.setProperty("password", ownerPassword());
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("ApplicationName", "tola-standalone");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
  }
}
