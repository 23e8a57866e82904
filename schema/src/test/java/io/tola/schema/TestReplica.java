package io.tola.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real streaming replica of a PostgreSQL server on this machine: a base backup taken through SQL (the embedded binaries bring no
 * pg_basebackup) that follows its primary over loopback.
 *
 * <p>{@link #create} takes about a second for an empty cluster. It can be paused, frozen, killed, started again and promoted; it ends with
 * the JVM at the latest. Used by one thread.
 */
public final class TestReplica implements AutoCloseable {

  private static final int START_SECONDS = 60;

  private final PGSimpleDataSource primary;
  private final Path data;
  private final int port;
  private final List<String> command;
  private final Thread end = new Thread(this::end);
  private Process postgres;

  private TestReplica(PGSimpleDataSource primary, Path data, List<String> command, int port) {
    this.primary = primary;
    this.data = data;
    this.command = command;
    this.port = port;
  }

  /** A replica of the server that the database lives on; all its databases are on it. */
  public static TestReplica of(TestDatabase database) {
    return create((PGSimpleDataSource) database.ownerDataSource());
  }

  /**
   * A replica that answers already.
   *
   * @param primary as a superuser who may log in for replication, with the password
   */
  public static TestReplica create(PGSimpleDataSource primary) {
    try {
      return made(primary);
    } catch (IOException e) {
      throw new UncheckedIOException("no replica could be made", e);
    } catch (SQLException e) {
      throw new IllegalStateException("no replica could be made", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static TestReplica made(PGSimpleDataSource primary)
      throws IOException, SQLException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      Path source = Path.of(text(statement, "SHOW data_directory"));
      Path data = source.resolveSibling("replica-" + UUID.randomUUID());
      // A replica that is paused, frozen or dead for a while finds again what it lacks.
      statement.execute("ALTER SYSTEM SET wal_keep_size = '512MB'");
      statement.execute("SELECT pg_reload_conf()");
      statement.execute("SELECT pg_backup_start('test', true)");
      copy(source, data);
      try (ResultSet row =
          statement.executeQuery("SELECT labelfile, spcmapfile FROM pg_backup_stop(false)")) {
        row.next();
        Files.writeString(data.resolve("backup_label"), row.getString(1));
        Files.writeString(data.resolve("tablespace_map"), row.getString(2));
      }
      Files.createFile(data.resolve("standby.signal"));
      List<String> command = new ArrayList<>();
      if (System.getProperty("user.name").equals("root")) {
        // In a user namespace of its own, where root has no rights, PostgreSQL is content.
        command.addAll(List.of("unshare", "--user"));
      }
      command.addAll(List.of(program(source), "-D", data.toString()));
      List<String> settings =
          List.of(
              "port=" + port,
              "listen_addresses=127.0.0.1",
              "unix_socket_directories=",
              "fsync=off",
              "shared_buffers=32MB",
              // Fewer than the primary's would end replay.
              "max_connections=" + text(statement, "SHOW max_connections"),
              "shared_preload_libraries=" + text(statement, "SHOW shared_preload_libraries"),
              "wal_retrieve_retry_interval=100ms",
              // A read in replay's way is ended at once, not after 30 s.
              "max_standby_streaming_delay=100ms",
              "primary_conninfo=host=127.0.0.1 port=%d user=%s password=%s application_name=replica"
                  .formatted(primary.getPortNumbers()[0], primary.getUser(), primary.getPassword()),
              "timezone=UTC");
      for (String setting : settings) {
        command.addAll(List.of("-c", setting));
      }
      TestReplica replica = new TestReplica(primary, data, List.copyOf(command), port);
      Runtime.getRuntime().addShutdownHook(replica.end);
      replica.start();
      return replica;
    }
  }

  /** Starts it (again) and returns when it answers. */
  public void start() throws InterruptedException {
    try {
      // A copy's, or what a killed one left.
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      postgres =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(data.resolve("replica.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long give = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try (Connection connection = superuser().getConnection();
          Statement statement = connection.createStatement()) {
        text(statement, "SELECT 1");
        return;
      } catch (SQLException e) {
        if (!postgres.isAlive() || System.nanoTime() - give > 0) {
          throw new IllegalStateException("the replica didn't start: " + log(), e);
        }
        Thread.sleep(20);
      }
    }
  }

  /** Connects to the replica's copy of the database as that user does on the primary. Not pooled. */
  public PGSimpleDataSource like(DataSource onPrimary) {
    PGSimpleDataSource as = (PGSimpleDataSource) onPrimary;
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(as.getDatabaseName());
    source.setUser(as.getUser());
    source.setPassword(as.getPassword());
    try {
      source.setProperty("stringtype", "unspecified");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return source;
  }

  private DataSource superuser() {
    return like(primary);
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** From here on it receives and doesn't replay. */
  public void pause() {
    execute("SELECT pg_wal_replay_pause()");
    await("SELECT pg_get_wal_replay_pause_state() = 'paused'");
  }

  /** Replays again. */
  public void resume() {
    execute("SELECT pg_wal_replay_resume()");
  }

  /** Returns when it has replayed all that the primary has now. */
  public void catchUp() {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      await(
          "SELECT pg_last_wal_replay_lsn() >= '"
              + text(statement, "SELECT pg_current_wal_flush_lsn()")
              + "'::pg_lsn");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes it a primary. */
  public void promote() {
    execute("SELECT pg_promote(true, 60)");
  }

  /** Stops all its processes where they are: connections stay open, and nothing answers. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets them go on. */
  public void thaw() {
    signal("CONT");
  }

  /** Ends it without a warning. */
  public void kill() {
    List<ProcessHandle> children = postgres.descendants().toList();
    postgres.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    postgres.onExit().join();
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(end);
  }

  private void end() {
    if (postgres != null && postgres.isAlive()) {
      kill();
    }
    try {
      KeptCluster.delete(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it wrote to its log. */
  public String log() {
    try {
      return Files.readString(data.resolve("replica.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The postmaster first: it starts no others then. Children may end meanwhile. */
  private void signal(String name) {
    if (kill(name, postgres.pid()) != 0) {
      throw new IllegalStateException("the replica isn't running: " + log());
    }
    postgres.descendants().forEach(child -> kill(name, child.pid()));
  }

  private static int kill(String name, long pid) {
    try {
      return new ProcessBuilder("kill", "-" + name, Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) {
    for (int tries = 1; ; tries++) {
      try (Connection connection = superuser().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        // Replay may end this statement, too.
        if (tries == 20 || !"40001".equals(e.getSQLState())) {
          throw new IllegalStateException("failed: " + sql, e);
        }
      }
    }
  }

  private void await(String condition) {
    try (Connection connection = superuser().getConnection();
        Statement statement = connection.createStatement()) {
      long give = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (!text(statement, condition).equals("t")) {
        if (System.nanoTime() - give > 0) {
          throw new IllegalStateException("never so: " + condition + "\n" + log());
        }
        Thread.sleep(2);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + condition, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** The server's own program: the first word of what it was started with. */
  private static String program(Path data) throws IOException {
    String options = Files.readString(data.resolve("postmaster.opts"));
    return options.substring(0, options.indexOf(" \"-"));
  }

  /** All but what belongs to the running server; files that go meanwhile are in the log it replays. */
  private static void copy(Path from, Path to) throws IOException {
    Set<String> left = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");
    Files.createDirectory(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(folder).toString());
            if (!folder.equals(from)) {
              Files.createDirectory(
                  target,
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = from.relativize(file).toString();
            // The log that is needed comes by streaming.
            if (!left.contains(name) && !name.startsWith("pg_wal/")) {
              try {
                Files.copy(file, to.resolve(name));
              } catch (NoSuchFileException e) {
                // Dropped meanwhile.
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    for (String folder : List.of("pg_replslot", "pg_stat_tmp", "pg_dynshmem")) {
      try (Stream<Path> stale = Files.list(to.resolve(folder))) {
        for (Path file : stale.toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
