package io.tola.drills;

import io.tola.standalone.BrokerUsers;
import io.tola.standalone.DataFolder;
import io.tola.standalone.EmbeddedBroker;
import io.tola.standalone.EmbeddedDatabase;
import io.tola.standalone.LibertyNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A platform of a drill's own, on free loopback ports, as durable as any: PostgreSQL, broker, and one server or two. */
final class Lab implements AutoCloseable {

  /** How many of the demo traders the drills' own orders come from. */
  static final int TRADERS = 20;

  /** How many there are: as many as the load test's users. */
  private static final int DEMO_TRADERS = 50;

  private static final Duration START = Duration.ofSeconds(240);

  private final Path project;
  private final Shape shape;
  private final Path root;
  private final DataFolder folder;
  private final String password = UUID.randomUUID().toString();
  private EmbeddedDatabase database;
  private RamDisk disk;
  private EmbeddedBroker broker;
  private DelayProxy proxy;
  private Path tapeFile;
  private final int[] httpPorts;
  private final int[] cachePorts;
  private final LibertyNode[] servers;
  private Door door;

  private Lab(Path project, Path root, Shape shape) throws Exception {
    this.project = project;
    this.shape = shape;
    this.root = root;
    RamDisk.release(root.resolve("postgresql"));
    this.folder = DataFolder.open(root);
    folder.wipe();
    httpPorts = new int[shape.nodes()];
    cachePorts = new int[shape.nodes()];
    servers = new LibertyNode[shape.nodes()];
    for (int i = 0; i < shape.nodes(); i++) {
      httpPorts[i] = freePort();
      cachePorts[i] = freePort();
    }
  }

  /**
   * Starts it and returns when every server is ready and all users have their tokens.
   *
   * @throws NotAtHand when this machine can't do it
   */
  static Lab start(Path project, Path root, Shape shape) throws Exception {
    Lab lab = new Lab(project, root, shape);
    try {
      lab.start();
      return lab;
    } catch (Exception e) {
      lab.close();
      throw e;
    }
  }

  private void start() throws Exception {
    database = EmbeddedDatabase.start(folder, freePort(), shape.database());
    database.migrate();
    if (shape.tape() != null) {
      tapeFile = root.resolve("tape.csv");
      shape.tape().write(tapeFile, shares(), LocalDate.now(Clock.systemUTC()));
    }
    if (shape.spareMegabytes() > 0) {
      database.stop();
      disk = RamDisk.under(root.resolve("postgresql"), shape.spareMegabytes());
      database.start();
    }
    if (shape.slowable()) {
      proxy = DelayProxy.to(database.port());
    }
    broker = EmbeddedBroker.start(folder, freePort(), BrokerUsers.of(database, "demo"));
    Files.writeString(passwordFile(), password);
    for (int i = 0; i < servers.length; i++) {
      startServer(i);
    }
    List<String> urls = new ArrayList<>();
    for (LibertyNode server : servers) {
      urls.add(server.url());
    }
    door = new Door(urls, password);
    List<String> users = new ArrayList<>(traders());
    users.addAll(List.of("viewer", "risk", "auditor", "ops"));
    door.login(users);
  }

  /** Starts one of the servers and waits until it is ready. */
  void startServer(int index) throws Exception {
    LibertyNode.Configuration configuration =
        new LibertyNode.Configuration(folder.directory("node" + (index + 1)), httpPorts[index])
            .database(database)
            .broker(broker);
    if (proxy != null) {
      configuration.environment("TOLA_DB_HOSTS", "127.0.0.1:" + proxy.port());
    }
    if (shape.nodes() > 1) {
      List<Integer> all = new ArrayList<>();
      for (int port : cachePorts) {
        all.add(port);
      }
      configuration.clustered("drill-" + ProcessHandle.current().pid(), cachePorts[index], all);
    } else {
      configuration.alone(cachePorts[index]);
    }
    configuration
        .environment("TOLA_PROFILE", "demo")
        .environment("TOLA_DEMO_PASSWORD", password)
        .environment("TOLA_DEMO_TRADERS", Integer.toString(DEMO_TRADERS))
        .environment("TOLA_JWT_KEY_FILE", root.resolve("jwt-key.pem").toString())
        .environment("TOLA_AUDIT_KEY_FILE", root.resolve("audit-key.pem").toString())
        .environment("TOLA_AUDIT_CHECKPOINT_FILE", root.resolve("audit-checkpoints.txt").toString())
        // No drill is to meet the daily logout.
        .environment("TOLA_SECURITY_DAILY_LOGOUT_ZONE", "UTC")
        .environment(
            "TOLA_SECURITY_DAILY_LOGOUT",
            LocalTime.now(Clock.systemUTC())
                .plusHours(12)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString());
    shape.environment().forEach(configuration::environment);
    shape.properties().forEach(configuration::systemProperty);
    shape.options().forEach(configuration::jvmOption);
    if (tapeFile != null) {
      configuration
          .systemProperty("tola.feed", "replay")
          .systemProperty("tola.feed.file", tapeFile.toString());
    }
    servers[index] = LibertyNode.start(LibertyNode.Installation.ofCheckout(project), configuration);
    servers[index].awaitReady(START);
  }

  Path project() {
    return project;
  }

  Path root() {
    return root;
  }

  Path passwordFile() {
    return root.resolve("demo-password");
  }

  Door door() {
    return door;
  }

  EmbeddedDatabase database() {
    return database;
  }

  EmbeddedBroker broker() {
    return broker;
  }

  RamDisk disk() {
    return disk;
  }

  DelayProxy proxy() {
    return proxy;
  }

  LibertyNode server(int index) {
    return servers[index];
  }

  int nodes() {
    return servers.length;
  }

  List<String> traders() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= TRADERS; i++) {
      names.add("trader" + i);
    }
    return names;
  }

  /** Process id of the PostgreSQL server itself. */
  long postgresPid() throws IOException {
    return Long.parseLong(
        Files.readAllLines(root.resolve("postgresql/postmaster.pid")).get(0).strip());
  }

  /** A figure of a server's {@code /metrics}, the largest of all with that name; NaN without one. */
  double metric(int server, String name) {
    Answer metrics =
        new Door(List.of(servers[server].url()), password).ask(null, "GET", "/metrics", null);
    return metrics
        .body()
        .lines()
        .filter(l -> l.startsWith(name + "{") || l.startsWith(name + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .max()
        .orElse(Double.NaN);
  }

  /** Whether a server says that it is ready. */
  boolean isReady() {
    return door.get(null, "/health/ready").status() == 200;
  }

  /** Everything that the servers wrote, one after the other. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < servers.length; i++) {
      all.append(log(i));
    }
    return all.toString();
  }

  /** What one of the servers wrote since it was last started. */
  String log(int index) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("console.out", "messages.log")) {
      Path file = servers[index].directory().resolve("logs").resolve(name);
      if (Files.exists(file)) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private List<Tape.Share> shares() throws SQLException {
    List<Tape.Share> shares = new ArrayList<>();
    try (Connection connection = database.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT symbol, base_price, tick_size FROM market.instruments WHERE tradable ORDER BY symbol");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        shares.add(new Tape.Share(rows.getString(1), rows.getBigDecimal(2), rows.getBigDecimal(3)));
      }
    }
    return shares;
  }

  @Override
  public void close() throws Exception {
    for (LibertyNode server : servers) {
      if (server != null) {
        server.stop();
      }
    }
    if (broker != null) {
      broker.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    if (database != null) {
      database.close();
    }
    if (disk != null) {
      disk.close();
    }
    folder.close();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
