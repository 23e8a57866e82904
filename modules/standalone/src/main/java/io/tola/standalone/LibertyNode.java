package io.tola.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * One Liberty server with the application, as a process of its own in a folder of its own. Any number of them can run beside each
 * other, given different folders and ports.
 *
 * <p>The folder is put together anew at each start from the runtime's, the configuration's and the application's build output; its logs
 * stay. Thread-safe once started.
 */
public final class LibertyNode implements AutoCloseable {

  private static final String SERVER = "tola";
  private static final String PID_FILE = "liberty.pid";

  /** Liberty's message that the application failed to start; it stays up then, without it. */
  private static final String APPLICATION_FAILED = "CWWKZ0002E";

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Path serverDirectory;
  private final int httpPort;
  private final Path console;
  private final GuardedProcess process;

  private LibertyNode(Path serverDirectory, int httpPort, Path console, GuardedProcess process) {
    this.serverDirectory = serverDirectory;
    this.httpPort = httpPort;
    this.console = console;
    this.process = process;
  }

  /**
   * Where the parts of a server come from.
   *
   * @param runtime Liberty's {@code wlp} folder
   * @param template a server folder without application: {@code liberty-config/target/server}
   * @param application the EAR
   */
  public record Installation(Path runtime, Path template, Path application) {

    /** The build output below a checkout of the project; system tests and {@code mvn -Prun} use it. */
    public static Installation ofCheckout(Path project) {
      return new Installation(
          project.resolve("liberty-config/target/wlp"),
          project.resolve("liberty-config/target/server"),
          project.resolve("ear/target/tola.ear"));
    }

    /** Refuses if something isn't there. */
    void requireComplete() throws StartRefused {
      for (Path part :
          List.of(runtime.resolve("bin/server"), template.resolve("server.xml"), application)) {
        if (!Files.exists(part)) {
          throw new StartRefused(
              "There is no " + part + ". Build it first: mvn -Prun, or mvn package -DskipTests.");
        }
      }
    }
  }

  /** What makes one node different from another. */
  public static final class Configuration {

    private final Path directory;
    private final int httpPort;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, String> systemProperties = new TreeMap<>();
    private final List<String> jvmOptions = new ArrayList<>();

    /**
     * A single server.
     *
     * @param directory the node's own folder; made if missing
     * @param httpPort on loopback
     */
    public Configuration(Path directory, int httpPort) {
      this.directory = directory.toAbsolutePath();
      this.httpPort = httpPort;
      environment.put("TOLA_HTTP_PORT", Integer.toString(httpPort));
    }

    /** Adds an environment variable; {@code TOLA_…} variables set the server's and the application's configuration. */
    public Configuration environment(String name, String value) {
      environment.put(name, Objects.requireNonNull(value, name));
      return this;
    }

    /** Adds a system property of the server's JVM; {@code tola.…} properties set the application's configuration. */
    public Configuration systemProperty(String name, String value) {
      systemProperties.put(name, Objects.requireNonNull(value, name));
      return this;
    }

    /** Adds an option of the server's JVM, such as {@code -Xmx1g}. */
    public Configuration jvmOption(String option) {
      jvmOptions.add(option);
      return this;
    }

    /** Connects it to an embedded database, which must have been migrated. */
    public Configuration database(EmbeddedDatabase database) {
      return environment("TOLA_DB_HOSTS", "127.0.0.1:" + database.port())
          .environment("TOLA_DB_NAME", EmbeddedDatabase.NAME)
          .environment("TOLA_DB_USER", io.tola.schema.Migrations.APP_ROLE)
          .environment("TOLA_DB_PASSWORD", database.appPassword())
          .environment("TOLA_DB_ADVISOR_USER", io.tola.schema.Migrations.ADVISOR_ROLE)
          .environment("TOLA_DB_ADVISOR_PASSWORD", database.advisorPassword());
    }

    /** Connects it to an embedded broker. */
    public Configuration broker(EmbeddedBroker broker) {
      return environment("TOLA_JMS_HOST", "127.0.0.1")
          .environment("TOLA_JMS_PORT", Integer.toString(broker.port()))
          .environment("TOLA_JMS_USER", EmbeddedBroker.USER)
          .environment("TOLA_JMS_PASSWORD", broker.password());
    }

    /** A single server's cache tier: on this port, or the next that is free. */
    public Configuration alone(int cachePort) {
      return systemProperty("tola.cluster.enabled", "false")
          .systemProperty("tola.cluster.port", Integer.toString(cachePort))
          .systemProperty("tola.cluster.port.increment", "true");
    }

    /**
     * Makes it a member of a cluster on loopback.
     *
     * @param cachePort this node's own port of the cache tier
     * @param allCachePorts every member's, this node's among them
     */
    public Configuration clustered(String clusterName, int cachePort, List<Integer> allCachePorts) {
      return systemProperty("tola.cluster.enabled", "true")
          .systemProperty("tola.cluster.name", clusterName)
          .systemProperty("tola.cluster.port", Integer.toString(cachePort))
          .systemProperty("tola.cluster.port.increment", "false")
          .systemProperty(
              "tola.cluster.members",
              String.join(",", allCachePorts.stream().map(port -> "127.0.0.1:" + port).toList()));
    }
  }

  /** Starts the server's process and returns at once; {@link #awaitReady} waits for it. */
  public static LibertyNode start(Installation installation, Configuration configuration)
      throws IOException, StartRefused {
    installation.requireComplete();
    Path serverDirectory = configuration.directory.resolve("servers").resolve(SERVER);
    Path logs = Files.createDirectories(serverDirectory.resolve("logs"));
    Path pidFile = configuration.directory.resolve(PID_FILE);
    stopLeftOver(configuration.directory);
    Ports.requireFree(configuration.httpPort, "HTTP", "tola.http.port");
    putTogether(installation, configuration, serverDirectory);

    Map<String, String> environment = new LinkedHashMap<>(configuration.environment);
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("WLP_USER_DIR", configuration.directory.toString());
    // Liberty guards some of its own endpoints and wants a password for the keys of that; a new one
    // each time will do.
    environment.putIfAbsent("ltpa_keys_password", java.util.UUID.randomUUID().toString());
    Files.deleteIfExists(serverDirectory.resolve("resources/security/ltpa.keys"));
    // Somebody's own Liberty or JVM settings are not ours.
    for (String foreign :
        List.of(
            "WLP_OUTPUT_DIR",
            "LOG_DIR",
            "JVM_ARGS",
            "WLP_DEBUG_ADDRESS",
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS")) {
      environment.putIfAbsent(foreign, null);
    }
    Path console = logs.resolve("console.out");
    Files.deleteIfExists(console);
    GuardedProcess process =
        GuardedProcess.start(
            List.of(
                "/bin/sh", installation.runtime.resolve("bin/server").toString(), "run", SERVER),
            environment,
            serverDirectory,
            console,
            pidFile,
            "TERM",
            GRACE);
    return new LibertyNode(serverDirectory, configuration.httpPort, console, process);
  }

  /** Stops a server that an earlier run left behind; only if its guard was killed as well. */
  static boolean stopLeftOver(Path directory) {
    return GuardedProcess.stopLeftOver(directory.resolve(PID_FILE), "ws-server.jar", "TERM", GRACE);
  }

  /** The server's address, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** The server's folder: {@code server.xml}, {@code logs/messages.log}. */
  public Path directory() {
    return serverDirectory;
  }

  /** The process; for its id. */
  public GuardedProcess process() {
    return process;
  }

  /** Waits without telling anybody. */
  public LibertyNode awaitReady(Duration timeout) throws IOException, StartRefused {
    return awaitReady(timeout, seconds -> {});
  }

  /**
   * Waits until {@code /health/ready} answers that everything is up.
   *
   * @param progress is told the seconds waited, about once a second
   * @throws StartRefused if the process ends, or doesn't get ready in time; the message has the end of the log
   */
  public LibertyNode awaitReady(Duration timeout, LongConsumer progress)
      throws IOException, StartRefused {
    long begin = System.nanoTime();
    long told = 0;
    String last = "nothing listens yet";
    while (true) {
      Answer answer = get("/health/ready");
      if (answer.status == 200) {
        return this;
      }
      last = answer.status == 0 ? last : answer.status + " " + answer.body;
      if (!process.isAlive()) {
        throw new StartRefused(
            "Liberty stopped while starting. The end of its log:\n" + logTail(25));
      }
      if (LogTail.contains(console, APPLICATION_FAILED)) {
        throw new StartRefused(
            "The application doesn't start. The end of Liberty's log:\n" + logTail(25));
      }
      long waited = (System.nanoTime() - begin) / 1_000_000_000;
      if (waited >= timeout.toSeconds()) {
        throw new StartRefused(
            "Liberty isn't ready after %d s (/health/ready: %s). The end of its log:%n%s"
                .formatted(waited, last, logTail(25)));
      }
      if (waited > told) {
        told = waited;
        progress.accept(waited);
      }
      try {
        // Each look makes the application look at all its parts, and the log tell of those that
        // aren't up yet.
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** The last lines the server wrote to its console, which has no trace output. */
  public String logTail(int lines) {
    return LogTail.of(console, lines);
  }

  /** Stops it as an operator does: requests in flight are finished. Does nothing if it is stopped. */
  public void stop() {
    process.stop();
  }

  /** Kills it as a crash does: nothing is finished. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    stop();
  }

  private record Answer(int status, String body) {}

  private Answer get(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url() + path).toURL().openConnection();
      connection.setConnectTimeout(500);
      connection.setReadTimeout(5_000);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        return new Answer(
            status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return new Answer(0, "");
    }
  }

  private static void putTogether(
      Installation installation, Configuration configuration, Path serverDirectory)
      throws IOException {
    Path application = Files.createDirectories(serverDirectory.resolve("apps")).resolve("tola.ear");
    if (!Files.exists(application) || Files.mismatch(installation.application, application) != -1) {
      // Liberty keeps what it found in an archive and looks at times only, which are constant in a
      // reproducible build.
      DataFolder.deleteRecursively(serverDirectory.resolve("workarea"));
      Files.copy(installation.application, application, StandardCopyOption.REPLACE_EXISTING);
    }
    for (String part : List.of("config", "lib")) {
      DataFolder.deleteRecursively(serverDirectory.resolve(part));
    }
    copy(installation.template, serverDirectory);

    List<String> options =
        new ArrayList<>(Files.readAllLines(installation.template.resolve("jvm.options")));
    options.add("# This node's own; later lines win.");
    options.addAll(configuration.jvmOptions);
    configuration.systemProperties.forEach((name, value) -> options.add("-D" + name + "=" + value));
    Files.write(serverDirectory.resolve("jvm.options"), options);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path source : all) {
      Path target = to.resolve(from.relativize(source).toString());
      if (Files.isDirectory(source)) {
        Files.createDirectories(target);
      } else {
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
