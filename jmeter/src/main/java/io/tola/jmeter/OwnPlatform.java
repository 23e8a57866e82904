package io.tola.jmeter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A platform of a run's own, started by the project's own command ({@code mvn -Prun}) on free ports of loopback with an empty data
 * folder, and stopped with the run. For what may not be done to a platform that somebody else works with.
 */
public final class OwnPlatform implements AutoCloseable {

  private static final String READY = "Tola is ready";
  private static final Duration START = Duration.ofMinutes(10);
  private static final Duration STOP = Duration.ofSeconds(120);
  private static final int LINES_KEPT = 40;

  private final Process process;
  private final Path data;
  private final int nodes;
  private final int httpPort;
  private final int databasePort;
  private final int brokerPort;
  private final Deque<String> said = new ArrayDeque<>();
  private final CountDownLatch readyOrEnded = new CountDownLatch(1);
  private final Thread onExit;
  private volatile boolean ready;

  private OwnPlatform(
      Path project, Path data, int nodes, Map<String, String> properties, Consumer<String> console)
      throws IOException {
    this.data = data.toAbsolutePath();
    this.nodes = nodes;
    // A row of free ones for the nodes and their caches.
    this.httpPort = freeRow(nodes);
    this.databasePort = freeRow(1);
    this.brokerPort = freeRow(1);
    Files.createDirectories(this.data);
    List<String> command = new ArrayList<>(List.of(maven(), "-B", "-ntp", "-Prun"));
    command.addAll(List.of("-pl", "modules/standalone", "-am"));
    if (Boolean.getBoolean("platform.offline")) {
      command.add("-o");
    }
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-Dtola.data=" + this.data);
    command.add("-Dtola.fresh");
    command.add("-Dtola.nodes=" + nodes);
    command.add("-Dtola.http.port=" + httpPort);
    command.add("-Dtola.db.port=" + databasePort);
    command.add("-Dtola.jms.port=" + brokerPort);
    command.add("-Dtola.cluster.port=" + freeRow(nodes));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    // Somebody's own settings of another platform are not this one's.
    builder.environment().keySet().removeIf(name -> name.startsWith("TOLA_"));
    process = builder.start();
    process.getOutputStream().close();
    onExit = new Thread(this::stop, "stop-platform");
    Runtime.getRuntime().addShutdownHook(onExit);
    Thread reader = new Thread(() -> listen(console), "platform-says");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one and returns when every node is ready.
   *
   * @param project the checkout
   * @param data folder of its own; emptied
   * @param nodes servers on the one database
   * @param properties {@code tola.*} of the platform beside its ports
   * @param console gets what it says while it starts
   * @throws Refused when it doesn't start; the message has its last words
   */
  public static OwnPlatform start(
      Path project, Path data, int nodes, Map<String, String> properties, Consumer<String> console)
      throws IOException, InterruptedException {
    OwnPlatform platform = new OwnPlatform(project, data, nodes, properties, console);
    try {
      platform.readyOrEnded.await(START.toMillis(), TimeUnit.MILLISECONDS);
      if (!platform.ready) {
        throw new Refused("The platform doesn't start:\n" + platform.lastWords());
      }
      return platform;
    } catch (InterruptedException | RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private void listen(Consumer<String> console) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = in.readLine()) != null) {
        synchronized (said) {
          said.add(line);
          if (said.size() > LINES_KEPT) {
            said.remove();
          }
        }
        if (line.startsWith("tola |")) {
          console.accept(line);
        }
        if (line.contains(READY)) {
          ready = true;
          readyOrEnded.countDown();
        }
      }
    } catch (IOException e) {
      // It is gone; what matters is what it said until then.
    } finally {
      readyOrEnded.countDown();
    }
  }

  /** What it said last. */
  public String lastWords() {
    synchronized (said) {
      return String.join("\n", said);
    }
  }

  /** How many servers it has. */
  public int nodes() {
    return nodes;
  }

  /**
   * Where a server listens.
   *
   * @param node from 0
   */
  public URI url(int node) {
    return URI.create("http://127.0.0.1:" + (httpPort + node));
  }

  /** Where all listen. */
  public List<URI> urls() {
    List<URI> urls = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      urls.add(url(node));
    }
    return urls;
  }

  /** The folder that holds its data, passwords and logs. */
  public Path data() {
    return data;
  }

  /** The demo users' one password. */
  public String password() throws IOException {
    return Files.readString(data.resolve("demo-password")).strip();
  }

  /** For drivers. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + databasePort + "/tola";
  }

  /** Of {@code tola_owner}, to arrange and to inspect. */
  public String databasePassword() throws IOException {
    return Files.readString(data.resolve("secrets/db-owner")).strip();
  }

  /** Of the broker. */
  public int brokerPort() {
    return brokerPort;
  }

  /**
   * A server's JVM.
   *
   * @param node from 0
   */
  public long serverPid(int node) throws IOException {
    Path file =
        data.resolve(node == 0 ? "liberty" : "liberty-" + (node + 1)).resolve("liberty.pid");
    long shell = Long.parseLong(Files.readString(file).strip());
    return ProcessHandle.of(shell)
        .flatMap(
            handle ->
                handle
                    .descendants()
                    .filter(p -> p.info().command().orElse("").endsWith("java"))
                    .findFirst())
        .map(ProcessHandle::pid)
        .orElse(shell);
  }

  /** PostgreSQL's first process; the others are its children. */
  public long databasePid() throws IOException {
    return Long.parseLong(
        Files.readAllLines(data.resolve("postgresql/postmaster.pid")).get(0).strip());
  }

  private static String maven() {
    String home = System.getProperty("maven.home");
    Path own = home == null ? null : Path.of(home, "bin", "mvn");
    // The one that was called first, because somebody may have put one of their own before it.
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path found = Path.of(folder, "mvn");
      if (!folder.isEmpty() && Files.isExecutable(found)) {
        return found.toString();
      }
    }
    if (own != null && Files.isExecutable(own)) {
      return own.toString();
    }
    throw new Refused("No mvn on the path to start a platform with");
  }

  /** The first of so many ports in a row that nobody listens on. */
  static int freeRow(int length) throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      int first;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        first = socket.getLocalPort();
      }
      if (first + length < 65535 && allFree(first, length)) {
        return first;
      }
    }
    throw new IOException("No " + length + " free ports in a row");
  }

  private static boolean allFree(int first, int length) {
    for (int port = first; port < first + length; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it in order: its servers, its broker, its database. */
  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook has done the same.
    }
  }
}
