package io.tola.jmeter.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tola.jmeter.OwnPlatform;
import io.tola.jmeter.Refused;
import io.tola.jmeter.ServerMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a platform of the run's own, its database and its machine say of a stretch of time. One thread. */
final class Probe implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OwnPlatform platform;
  private final List<Long> servers = new ArrayList<>();
  private final Optional<Long> balancer;
  private final Connection database;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  Probe(OwnPlatform platform, Optional<Long> balancer) throws IOException, SQLException {
    this.platform = platform;
    this.balancer = balancer;
    for (int node = 0; node < platform.nodes(); node++) {
      servers.add(platform.serverPid(node));
    }
    this.database = connect();
  }

  private Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(
        platform.jdbcUrl() + "?ApplicationName=scaling", "tola_owner", platform.databasePassword());
  }

  /**
   * One server's own totals.
   *
   * @param orders that its pipeline took into batches
   * @param statementMillis that its statements took, all together
   * @param poolWaitSeconds that its requests waited for a connection
   */
  record Node(
      double orders,
      double batches,
      double statements,
      double statementMillis,
      double poolWaitSeconds,
      double gcSeconds,
      double retries) {

    static Node of(ServerMetrics m) {
      return new Node(
          or(m, "tola_pipeline_batch_size_sum", ""),
          or(m, "tola_pipeline_batch_size_count", ""),
          or(m, "tola_db_statements_total", ""),
          or(m, "tola_db_statement_millis_total", ""),
          or(m, "connectionpool_waitTime_total_seconds", "datasource=\"jdbc_tola\""),
          m.sum("gc_time_seconds_total").orElse(or(m, "gc_time_seconds", "")),
          or(m, "tola_pipeline_retries_total", ""));
    }

    private static double or(ServerMetrics m, String name, String label) {
      return m.sum(name, label).orElse(Double.NaN);
    }

    Node minus(Node earlier) {
      return new Node(
          orders - earlier.orders,
          batches - earlier.batches,
          statements - earlier.statements,
          statementMillis - earlier.statementMillis,
          poolWaitSeconds - earlier.poolWaitSeconds,
          gcSeconds - earlier.gcSeconds,
          retries - earlier.retries);
    }
  }

  private record Moment(
      long nanos, ProcessorTime processors, DatabaseWatch.Totals totals, List<Node> nodes) {}

  /**
   * A stretch of time.
   *
   * @param sessions of the servers at the database in each state, in the mean
   */
  record Stretch(
      double seconds,
      ProcessorTime processors,
      DatabaseWatch.Totals totals,
      List<Node> nodes,
      Map<String, Double> sessions,
      List<String> problems) {

    double orders() {
      return nodes.stream().mapToDouble(Node::orders).sum();
    }

    /** Orders in a batch, of all servers together. */
    double batchSize() {
      double batches = nodes.stream().mapToDouble(Node::batches).sum();
      return batches > 0 ? orders() / batches : Double.NaN;
    }

    /** Sessions that waited for a lock of another, in the mean. */
    double waitingForLocks() {
      return sessionsThat("Lock");
    }

    double sessionsThat(String beginning) {
      return sessions.entrySet().stream()
          .filter(e -> e.getKey().startsWith(beginning))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }

  /** Something that takes a while. */
  interface Work {
    void run() throws Exception;
  }

  /** Looks before, during and after. */
  Stretch during(Work work) throws Exception {
    Moment before = now();
    Map<String, Double> sessions;
    List<String> problems;
    try (Connection second = connect();
        DatabaseWatch watch = new DatabaseWatch(second)) {
      work.run();
      watch.close();
      sessions = watch.sessions();
      problems = watch.problems();
    }
    Moment after = now();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < after.nodes.size(); i++) {
      nodes.add(after.nodes.get(i).minus(before.nodes.get(i)));
    }
    return new Stretch(
        (after.nanos - before.nanos) / 1e9,
        after.processors.minus(before.processors),
        after.totals.minus(before.totals),
        nodes,
        sessions,
        problems);
  }

  private Moment now() throws IOException, InterruptedException, SQLException {
    List<Node> nodes = new ArrayList<>();
    for (URI url : platform.urls()) {
      nodes.add(Node.of(ServerMetrics.parse(get(url.resolve("/metrics"), null))));
    }
    DatabaseWatch.Totals totals = DatabaseWatch.Totals.now(database);
    return new Moment(
        System.nanoTime(),
        ProcessorTime.now(servers, platform.databasePid(), balancer),
        totals,
        nodes);
  }

  private String get(URI uri, String token) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(uri + " answers " + answer.statusCode());
    }
    return answer.body();
  }

  /** A token of one of the demo users. */
  String token(String username) throws IOException, InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("username", username)
            .put("password", platform.password())
            .toString();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(platform.url(0).resolve("/api/v1/auth/token"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Refused(username + " gets no token: " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  /** What the performance module of the first server says. */
  JsonNode performance(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(platform.url(0).resolve("/api/v1/performance/" + path), token("ops")));
  }

  /** Waits until nothing of the load before is left to be published, and its pages are written. */
  void settle() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!one("SELECT NOT EXISTS (SELECT FROM trading.outbox)").equals("t")) {
      if (System.nanoTime() > deadline) {
        throw new Refused("The messages of a load aren't published after three minutes");
      }
      Thread.sleep(100);
    }
    try (PreparedStatement s = database.prepareStatement("CHECKPOINT")) {
      s.execute();
    }
    // Sessions hand in their statistics when they have been idle for a second.
    Thread.sleep(1200);
  }

  String one(String sql) throws SQLException {
    try (PreparedStatement s = database.prepareStatement(sql);
        ResultSet r = s.executeQuery()) {
      r.next();
      return r.getString(1);
    }
  }

  /**
   * The orders of a run compared with the database, where each is to be once.
   *
   * @param missing acknowledged, and not there under that id
   * @param doubled there more than once
   * @param strange there, and never sent
   */
  record Kept(int acknowledged, int missing, int doubled, int strange, int unansweredThere) {
    boolean passed() {
      return missing == 0 && doubled == 0 && strange == 0 && acknowledged > 0;
    }
  }

  /** Compares. */
  Kept reconcile(OrderLoad.Result result, String run) throws SQLException {
    Set<String> left = new HashSet<>(result.acknowledged().keySet());
    Set<String> open = new HashSet<>(result.unanswered());
    Set<String> seen = new HashSet<>();
    int doubled = 0;
    int strange = 0;
    int openThere = 0;
    try (PreparedStatement s =
        database.prepareStatement(
            "SELECT client_order_id, order_id::text FROM trading.orders WHERE client_order_id LIKE ?")) {
      s.setString(1, run + "-%");
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          String id = r.getString(1);
          if (!seen.add(id)) {
            doubled++;
          } else if (r.getString(2).equals(result.acknowledged().get(id))) {
            left.remove(id);
          } else if (open.contains(id)) {
            openThere++;
          } else {
            strange++;
          }
        }
      }
    }
    return new Kept(result.acknowledged().size(), left.size(), doubled, strange, openThere);
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
