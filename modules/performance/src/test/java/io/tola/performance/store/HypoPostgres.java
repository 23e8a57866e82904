package io.tola.performance.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL 15 as Debian packs it, with HypoPG and pg_qualstats, which the embedded one hasn't. One
 * server a JVM, in a temporary folder, on loopback only; it ends with the JVM.
 */
final class HypoPostgres {

  static final String OWNER = "owner";
  static final String APP = "app";

  private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
  private static final Path EXTENSIONS = Path.of("/usr/share/postgresql/15/extension");
  private static final String PACKAGES =
      "postgresql-15 postgresql-15-hypopg postgresql-15-pg-qualstats";

  private static HypoPostgres server;

  private final int port;

  private HypoPostgres(int port) {
    this.port = port;
  }

  /** The server; where the packages are missing the test is skipped, aloud. */
  static synchronized HypoPostgres server() {
    boolean there =
        Files.isExecutable(BIN.resolve("initdb"))
            && Files.exists(EXTENSIONS.resolve("hypopg.control"))
            && Files.exists(EXTENSIONS.resolve("pg_qualstats.control"));
    if (!there) {
      System.err.println("SKIPPED: " + PACKAGES + " (Debian) is not at hand; install it");
      // In other words than those that .ci/run lets pass.
      Assumptions.abort("not installed: " + PACKAGES);
    }
    if (server == null) {
      server = start();
    }
    return server;
  }

  private static HypoPostgres start() {
    try {
      Path folder = Files.createTempDirectory("tola-hypopg");
      Path data = folder.resolve("data");
      int port = freePort();
      if (root()) {
        run("chown", "-R", user(), folder.toString());
      }
      run(
          as(
              BIN.resolve("initdb").toString(),
              "-D",
              data.toString(),
              "-U",
              OWNER,
              "-A",
              "trust",
              "-E",
              "UTF8",
              "--locale=C.UTF-8",
              "--no-sync"));
      List<String> command =
          as(
              BIN.resolve("postgres").toString(),
              "-D",
              data.toString(),
              "-p",
              Integer.toString(port),
              "-c",
              "listen_addresses=127.0.0.1",
              "-c",
              "unix_socket_directories=",
              "-c",
              "fsync=off",
              "-c",
              "synchronous_commit=off",
              "-c",
              "full_page_writes=off",
              "-c",
              "autovacuum=off",
              "-c",
              "shared_buffers=128MB",
              "-c",
              "max_wal_size=2GB",
              "-c",
              "max_parallel_workers_per_gather=0",
              "-c",
              "shared_preload_libraries=pg_stat_statements,pg_qualstats",
              "-c",
              "pg_qualstats.sample_rate=1");
      Process process =
          new ProcessBuilder(command)
              .directory(new File("/tmp"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, folder)));
      HypoPostgres started = new HypoPostgres(port);
      started.await(process);
      started.execute("postgres", "CREATE ROLE app LOGIN");
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(Process process) {
    for (int i = 0; i < 300; i++) {
      try (Connection connection = dataSource("postgres", OWNER).getConnection()) {
        return;
      } catch (SQLException e) {
        if (!process.isAlive()) {
          throw new IllegalStateException("PostgreSQL ended with " + process.exitValue(), e);
        }
        pause();
      }
    }
    throw new IllegalStateException("PostgreSQL didn't answer in time");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(Process process, Path folder) {
    try {
      // runuser hands the signal on; quick is enough for what is thrown away.
      process.toHandle().descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
      run("rm", "-rf", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The server refuses to be root. */
  private static String user() {
    try (var lines = Files.lines(Path.of("/etc/passwd"))) {
      return lines.anyMatch(l -> l.startsWith("postgres:")) ? "postgres" : "nobody";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> as(String... command) {
    List<String> all = new ArrayList<>();
    if (root()) {
      all.addAll(List.of("runuser", "-u", user(), "--"));
    }
    all.addAll(Arrays.asList(command));
    return all;
  }

  private static void run(String... command) {
    run(Arrays.asList(command));
  }

  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(new File("/tmp")).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A fresh database with the extensions. */
  void create(String name, String... extensions) {
    execute("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    execute("postgres", "CREATE DATABASE " + name);
    for (String extension : extensions) {
      execute(name, "CREATE EXTENSION " + extension);
    }
  }

  DataSource dataSource(String database, String user) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setUser(user);
    return source;
  }

  void execute(String database, String sql) {
    try (Connection connection = dataSource(database, OWNER).getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }
}
