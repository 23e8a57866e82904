package io.tola.standalone;

import io.tola.schema.Migrations;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Starts the whole platform on one machine and keeps it running until it is told to stop, its parent process is gone, or a part of it
 * ends by itself. Then it stops the parts in the reverse order of their start.
 *
 * <p>Arguments: the project's folder, the folder the command was given in, and the parent's process id.
 */
public final class Launcher {

  /** A database that ends so often, each time within {@link #STEADY}, isn't started again. */
  private static final int MAX_RESTARTS = 3;

  private static final Duration STEADY = Duration.ofMinutes(1);

  private static final Duration SERVER_START = Duration.ofSeconds(300);

  /** Held, because java.util.logging forgets the level of a logger nobody refers to. */
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private final PrintStream out;
  private final Settings settings;
  private final LibertyNode.Installation installation;
  private final Path defaultData;

  /** What has been started, the latest first. Also the lock for stopping once. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  Launcher(
      PrintStream out, Settings settings, LibertyNode.Installation installation, Path defaultData) {
    this.out = out;
    this.settings = settings;
    this.installation = installation;
    this.defaultData = defaultData;
  }

  public static void main(String[] arguments) {
    ROOT_LOGGER.setLevel(Level.SEVERE);
    Path project = Path.of(arguments[0]);
    Settings settings = Settings.of(System.getProperties(), System.getenv(), Path.of(arguments[1]));
    Launcher launcher =
        new Launcher(
            System.out,
            settings,
            LibertyNode.Installation.ofCheckout(project),
            project.resolve("data"));
    Runtime.getRuntime().addShutdownHook(new Thread(launcher::stop, "stop"));
    ProcessHandle.of(Long.parseLong(arguments[2]))
        .ifPresentOrElse(
            parent -> GuardedProcess.whenEnded(parent, () -> System.exit(0)), () -> System.exit(0));
    try {
      launcher.start();
      String why = launcher.ended.join();
      if (!launcher.stopping.get()) {
        System.err.println("Tola stops: " + why);
      }
    } catch (StartRefused e) {
      System.err.println();
      System.err.println(e.getMessage());
    } catch (Exception e) {
      if (!launcher.stopping.get()) {
        System.err.println("Tola didn't start, for a reason nobody foresaw:");
        e.printStackTrace();
      }
    }
    System.exit(1);
  }

  private void start() throws Exception {
    long begin = System.nanoTime();
    int httpPort = settings.port("tola.http.port", 9080);
    int databasePort = settings.port("tola.db.port", 5433);
    int brokerPort = settings.port("tola.jms.port", 61616);
    String profile = settings.text("tola.profile", "demo");
    int cachePort = settings.port("tola.cluster.port", 5701);
    int nodes = settings.nodes();
    Ports.requireApart(
        List.of(
            new Ports.Row("tola.http.port", httpPort, nodes),
            new Ports.Row("tola.db.port", databasePort, 1),
            new Ports.Row("tola.jms.port", brokerPort, 1),
            new Ports.Row("tola.cluster.port", cachePort, nodes)));
    installation.requireComplete();

    DataFolder folder = keep(DataFolder.open(settings.path("tola.data", defaultData)));
    // The folder is ours, so whoever still works with it was left behind.
    boolean leftOver = false;
    for (int node = 1; node <= Settings.MOST_NODES; node++) {
      leftOver |= LibertyNode.stopLeftOver(folder.root().resolve(folderOf(node)));
    }
    if (leftOver | EmbeddedDatabase.stopLeftOver(folder)) {
      say("Stopped what an earlier run had left behind");
    }
    if (settings.flag("tola.fresh")) {
      folder.wipe();
      say("Starting afresh: " + folder.root() + " is emptied");
    }
    // All of them first: better one message now than half a platform.
    for (int node = 1; node <= nodes; node++) {
      Ports.requireFree(httpPort + node - 1, "HTTP", "tola.http.port");
      if (nodes > 1) {
        // A single server takes the next one that is free; members must be found where they are
        // said to be.
        Ports.requireFree(cachePort + node - 1, "the cache tier", "tola.cluster.port");
      }
    }
    Ports.requireFree(brokerPort, "the message broker", "tola.jms.port");
    folder.announce(
        "process %d, http://127.0.0.1:%d".formatted(ProcessHandle.current().pid(), httpPort));

    long step = System.nanoTime();
    EmbeddedDatabase database = keep(EmbeddedDatabase.start(folder, databasePort));
    say("PostgreSQL %s ready on 127.0.0.1:%d (%s)", database.version(), databasePort, since(step));

    step = System.nanoTime();
    Migrations.Outcome schema = database.migrate();
    say(
        "Schema at version %s, %d migrations run now (%s)",
        schema.version(), schema.migrationsRun(), since(step));

    step = System.nanoTime();
    EmbeddedBroker broker =
        keep(EmbeddedBroker.start(folder, brokerPort, BrokerUsers.of(database, profile)));
    say("Artemis broker ready on 127.0.0.1:%d (%s)", brokerPort, since(step));

    List<LibertyNode> servers = new ArrayList<>();
    // One after the other: the first seeds the demo data.
    for (int node = 1; node <= nodes; node++) {
      step = System.nanoTime();
      LibertyNode.Configuration configuration =
          new LibertyNode.Configuration(folder.directory(folderOf(node)), httpPort + node - 1)
              .database(database)
              .broker(broker)
              .environment("TOLA_PROFILE", profile)
              .environment(
                  "TOLA_DEMO_PASSWORD",
                  folder.demoPassword(settings.text("tola.demo.password", null)))
              .environment("TOLA_DEMO_TRADERS", settings.text("tola.demo.traders", "50"))
              .environment("TOLA_JWT_KEY_FILE", folder.root().resolve("jwt-key.pem").toString())
              .environment("TOLA_AUDIT_KEY_FILE", folder.root().resolve("audit-key.pem").toString())
              .environment(
                  "TOLA_AUDIT_CHECKPOINT_FILE",
                  folder.root().resolve("audit-checkpoints.txt").toString());
      if (nodes == 1) {
        configuration.alone(cachePort);
      }
      settings.forServer().forEach(configuration::systemProperty);
      if (nodes > 1) {
        // Behind what was given: each needs a port of its own, and all must know the others.
        configuration.clustered(
            "tola-" + cachePort,
            cachePort + node - 1,
            IntStream.range(cachePort, cachePort + nodes).boxed().toList());
        configuration.systemProperty("tola.http.port", Integer.toString(httpPort + node - 1));
      }
      LibertyNode server = keep(LibertyNode.start(installation, configuration));
      String name = nodes == 1 ? "Liberty" : "Liberty " + node;
      server.awaitReady(
          SERVER_START,
          seconds -> {
            if (seconds % 4 == 0) {
              say("%s starting, %d s", name, seconds);
            }
          });
      say("%s ready (%s); logs in %s", name, since(step), server.directory().resolve("logs"));
      servers.add(server);
    }

    keepAlive(database, 0);
    for (LibertyNode server : servers) {
      server
          .process()
          .whenEnded(
              () -> ended.complete("Liberty ended. The end of its log:\n" + server.logTail(15)));
    }
    say(
        "Tola is ready after %s: %s  (users trader1 to trader%s and others; password in %s; Ctrl-C stops it)",
        since(begin),
        servers.stream().map(LibertyNode::url).collect(Collectors.joining(", ")),
        settings.text("tola.demo.traders", "50"),
        folder.demoPasswordFile());
  }

  /** Of the data folder; the first node's is called as a single one's. */
  private static String folderOf(int node) {
    return node == 1 ? "liberty" : "liberty-" + node;
  }

  /** Starts the database again when it ends by itself, as a service manager would; the server reconnects. Not for ever. */
  private void keepAlive(EmbeddedDatabase database, int restarts) {
    long begin = System.nanoTime();
    database
        .process()
        .whenEnded(
            () -> {
              if (stopping.get()) {
                return;
              }
              boolean livedLong = System.nanoTime() - begin > STEADY.toNanos();
              int again = livedLong ? 1 : restarts + 1;
              try {
                if (again > MAX_RESTARTS) {
                  throw new StartRefused("it ended " + again + " times in a row");
                }
                say("PostgreSQL ended by itself; starting it again");
                database.start();
                say("PostgreSQL is back");
                keepAlive(database, again);
              } catch (Exception e) {
                ended.complete("PostgreSQL ended and doesn't come back: " + e.getMessage());
              }
            });
  }

  /** Remembers what must be stopped; stops it at once if the platform is going down already. */
  private <T extends AutoCloseable> T keep(T part) {
    synchronized (started) {
      if (!stopping.get()) {
        started.push(part);
        return part;
      }
    }
    close(part);
    throw new IllegalStateException("told to stop while starting");
  }

  private void stop() {
    if (stopping.getAndSet(true)) {
      return;
    }
    Deque<AutoCloseable> parts;
    synchronized (started) {
      parts = new ArrayDeque<>(started);
    }
    // The folder's lock alone is nothing to speak of.
    boolean worthTelling = parts.size() > 1;
    if (worthTelling) {
      say("Stopping.");
    }
    parts.forEach(Launcher::close);
    if (worthTelling) {
      say("Stopped.");
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      // The others must be stopped all the same.
      System.err.println(
          part.getClass().getSimpleName() + " didn't stop cleanly: " + e.getMessage());
    }
  }

  private void say(String format, Object... arguments) {
    out.println("tola | " + format.formatted(arguments));
    out.flush();
  }

  private static String since(long nanos) {
    return "%.1f s".formatted((System.nanoTime() - nanos) / 1e9);
  }
}
