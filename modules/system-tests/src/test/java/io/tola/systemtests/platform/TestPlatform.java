package io.tola.systemtests.platform;

import io.tola.schema.Migrations;
import io.tola.schema.TestReplica;
import io.tola.standalone.BrokerUsers;
import io.tola.standalone.DataFolder;
import io.tola.standalone.EmbeddedBroker;
import io.tola.standalone.EmbeddedDatabase;
import io.tola.standalone.LibertyNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A platform of our own on free loopback ports: PostgreSQL, Artemis and one or more Liberty nodes
 * with the EAR that the build has just packed. Its folder, with all logs, is {@code
 * target/platform/<name>}.
 *
 * <p>Durability is as in production: these tests kill things.
 */
public final class TestPlatform implements AutoCloseable {

  /** How many demo traders there are; each test class takes its own. */
  public static final int TRADERS = 72;

  private static final Duration START = Duration.ofSeconds(150);

  private final Path folderPath;
  private final DataFolder folder;
  private final EmbeddedDatabase database;
  private final TestReplica replica;
  private final EmbeddedBroker broker;
  private final LibertyNode.Installation installation;
  private final String password = UUID.randomUUID().toString();
  private final Map<String, String> serverProperties;
  private final List<Node> nodes = new ArrayList<>();
  private final Sql sql = new Sql(this::connect);

  /** One server, which may be killed and started again on the same port. */
  public final class Node implements AutoCloseable {
    private final int index;
    private final int httpPort;
    private final int cachePort;
    private LibertyNode server;
    private Api api;
    private Map<String, String> ownProperties = Map.of();
    private Duration lastStart = START;
    private long startedNanos;

    private Node(int index) {
      this.index = index;
      this.httpPort = freePort();
      this.cachePort = freePort();
    }

    /** The HTTP door of this node. */
    public Api api() {
      return api;
    }

    public LibertyNode server() {
      return server;
    }

    /** Whether its process is there, whatever state it is in. */
    public boolean isAlive() {
      return server != null && server.process().isAlive();
    }

    /** How long it took to get ready when it was last started. */
    public Duration lastStart() {
      return lastStart;
    }

    /** Starts the server's process; {@link #awaitReady} must follow. */
    public void start() {
      start(Map.of());
    }

    /**
     * Starts the server's process with settings of its own; {@link #awaitReady} must follow.
     *
     * @param properties {@code tola.*} settings beside the platform's
     */
    public void start(Map<String, String> properties) {
      ownProperties = Map.copyOf(properties);
      startedNanos = System.nanoTime();
      LibertyNode.Configuration configuration =
          new LibertyNode.Configuration(folder.directory("node" + index), httpPort)
              // Two nodes and their neighbours have to fit a small build machine.
              .jvmOption("-Xms256m")
              .jvmOption("-Xmx768m")
              // Started and killed again and again: the second compiler costs more than it gives.
              .jvmOption("-XX:TieredStopAtLevel=1");
      if (nodes.size() > 1) {
        configuration.clustered(
            "test-" + ProcessHandle.current().pid(),
            cachePort,
            nodes.stream().map(n -> n.cachePort).toList());
      } else {
        configuration.alone(cachePort);
      }
      serverEnvironment().forEach(configuration::environment);
      serverProperties.forEach(configuration::systemProperty);
      ownProperties.forEach(configuration::systemProperty);
      try {
        server = LibertyNode.start(installation, configuration);
      } catch (Exception e) {
        throw new IllegalStateException("node " + index + " doesn't start", e);
      }
      Api before = api;
      api = new Api(server.url(), password);
      if (before != null) {
        api.keepTokensOf(before);
      }
    }

    /** Waits until the server says it is ready and has taken an order, its first and slowest. */
    public void awaitReady() {
      try {
        server.awaitReady(START);
      } catch (Exception e) {
        throw new IllegalStateException("node " + index + " doesn't get ready", e);
      }
      lastStart = Duration.ofNanos(System.nanoTime() - startedNanos);
      Answer first = api.trader(TRADERS).placeSurely(Api.market("warm-up", "ITC", "BUY", 1));
      if (first.status() != 200 && first.status() != 201) {
        throw new IllegalStateException("node " + index + " takes no order: " + first);
      }
    }

    /** Kills the server as a crash does. */
    public void kill() {
      server.kill();
    }

    /** What the server logged, machine-readable. */
    public String log() {
      try {
        return Files.readString(server.directory().resolve("logs/messages.log"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      if (server != null) {
        server.stop();
      }
    }
  }

  private TestPlatform(String name, int nodeCount, Map<String, String> serverProperties)
      throws Exception {
    this.serverProperties = new LinkedHashMap<>(serverProperties);
    this.folderPath = moduleFolder().resolve("target/platform").resolve(name);
    this.folder = DataFolder.open(folderPath);
    folder.wipe();
    installation = LibertyNode.Installation.ofCheckout(checkout());
    database =
        EmbeddedDatabase.start(
            folder,
            freePort(),
            Map.of("shared_buffers", "128MB", "max_wal_size", "512MB", "min_wal_size", "80MB"));
    database.migrate();
    replica = nodeCount == 1 ? TestReplica.create(superuser()) : null;
    broker = EmbeddedBroker.start(folder, freePort(), BrokerUsers.of(database, "demo"));
    IntStream.range(0, nodeCount).forEach(i -> nodes.add(new Node(i + 1)));
    try {
      // One after the other as an operator would: the first seeds the demo data.
      for (Node node : nodes) {
        node.start();
        node.awaitReady();
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a platform and returns when every node is ready.
   *
   * @param serverProperties {@code tola.*} settings of the servers
   */
  public static TestPlatform start(String name, int nodes, Map<String, String> serverProperties) {
    try {
      return new TestPlatform(name, nodes, serverProperties);
    } catch (Exception e) {
      throw new IllegalStateException("the test platform " + name + " doesn't start", e);
    }
  }

  /** Starts every node that is dead, or runs with settings of its own, and waits until all are ready. */
  public void startAll() {
    for (Node node : nodes) {
      if (node.isAlive() && !node.ownProperties.isEmpty()) {
        node.close();
      }
      if (!node.isAlive()) {
        node.start();
        node.awaitReady();
      }
    }
  }

  /** Stops all nodes but one, and starts that if none was alive. */
  public Node onlyOne() {
    Node one = nodes.stream().filter(Node::isAlive).findFirst().orElse(node());
    nodes.stream().filter(node -> node != one).forEach(Node::close);
    if (!one.isAlive()) {
      one.start();
      one.awaitReady();
    }
    return one;
  }

  /** What every server of this platform is told by its environment. */
  public Map<String, String> serverEnvironment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("TOLA_DB_HOSTS", "127.0.0.1:" + database.port());
    environment.put("TOLA_DB_NAME", EmbeddedDatabase.NAME);
    environment.put("TOLA_DB_USER", Migrations.APP_ROLE);
    environment.put("TOLA_DB_PASSWORD", database.appPassword());
    environment.put("TOLA_DB_ADVISOR_USER", Migrations.ADVISOR_ROLE);
    environment.put("TOLA_DB_ADVISOR_PASSWORD", database.advisorPassword());
    if (replica != null) {
      environment.put("TOLA_DB_READ_HOST", "127.0.0.1:" + replica.port());
    }
    environment.put("TOLA_JMS_HOST", "127.0.0.1");
    environment.put("TOLA_JMS_PORT", Integer.toString(broker.port()));
    environment.put("TOLA_JMS_USER", EmbeddedBroker.USER);
    environment.put("TOLA_JMS_PASSWORD", broker.password());
    environment.put("TOLA_PROFILE", "demo");
    environment.put("TOLA_DEMO_PASSWORD", password);
    environment.put("TOLA_DEMO_TRADERS", Integer.toString(TRADERS));
    // So that tests can come from any address, and no test runs into the daily logout.
    environment.put("TOLA_GATEWAY_TRUSTED_PROXIES", "127.0.0.1");
    environment.put("TOLA_SECURITY_DAILY_LOGOUT_ZONE", "UTC");
    environment.put(
        "TOLA_SECURITY_DAILY_LOGOUT",
        LocalTime.now(Clock.systemUTC()).plusHours(12).truncatedTo(ChronoUnit.MINUTES).toString());
    environment.put("TOLA_GUARDS_DRAWDOWN_ACTION", "reduce-only");
    environment.put("TOLA_JWT_KEY_FILE", signingKeyFile().toString());
    environment.put("TOLA_AUDIT_KEY_FILE", folderPath.resolve("audit-key.pem").toString());
    environment.put("TOLA_AUDIT_CHECKPOINT_FILE", auditCheckpoints().toString());
    environment.put("TOLA_AUDIT_CHECKPOINT_SECONDS", "1");
    return environment;
  }

  /** Where servers are made from. */
  public LibertyNode.Installation installation() {
    return installation;
  }

  /** The folder that holds all of this platform. */
  public Path folder() {
    return folderPath;
  }

  public EmbeddedDatabase database() {
    return database;
  }

  /** A replica that the only node may read from; null with several nodes or none. */
  public TestReplica replica() {
    return replica;
  }

  private PGSimpleDataSource superuser() {
    PGSimpleDataSource superuser = new PGSimpleDataSource();
    superuser.setServerNames(new String[] {"127.0.0.1"});
    superuser.setPortNumbers(new int[] {database.port()});
    superuser.setDatabaseName(EmbeddedDatabase.NAME);
    superuser.setUser(EmbeddedDatabase.OWNER);
    superuser.setPassword(database.ownerPassword());
    return superuser;
  }

  public EmbeddedBroker broker() {
    return broker;
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  /** The only node, or the first. */
  public Node node() {
    return nodes.get(0);
  }

  /** The HTTP door of the first node. */
  public Api api() {
    return node().api();
  }

  /** The password of every demo user. */
  public String password() {
    return password;
  }

  /** The private key that the servers sign tokens with; for forging tokens. */
  public Path signingKeyFile() {
    return folderPath.resolve("jwt-key.pem");
  }

  /** Where the servers keep signed checkpoints of the audit log. */
  public Path auditCheckpoints() {
    return folderPath.resolve("audit-checkpoints.txt");
  }

  /** SQL as the owner of everything. */
  public Sql sql() {
    return sql;
  }

  private Connection connect() throws SQLException {
    return database.connect();
  }

  /** Process id of the PostgreSQL server itself. */
  public long postgresPid() {
    try {
      return Long.parseLong(
          Files.readAllLines(folderPath.resolve("postgresql/postmaster.pid")).get(0).trim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    broker.close();
    if (replica != null) {
      replica.close();
    }
    database.close();
    folder.close();
  }

  /** The folder of the whole project. */
  public static Path checkout() {
    return moduleFolder().resolve("../..").normalize();
  }

  /** The folder of this Maven module, wherever the tests are started from. */
  static Path moduleFolder() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("src/test/java/io/tola/systemtests"))
        ? here
        : here.resolve("modules/system-tests");
  }

  /** A port of loopback that nobody listens on now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
