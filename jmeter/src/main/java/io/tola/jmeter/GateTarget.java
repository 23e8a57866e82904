package io.tola.jmeter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.jmeter.gate.Drive;
import io.tola.jmeter.gate.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A platform under the gate's load: the requests of an ordinary hour, in the shares of the open scenarios' mix, each slice with the same
 * requests in the same order. Slices one at a time.
 */
final class GateTarget implements Trial.Alone {

  /** How often each kind comes in a hundred requests. */
  static final Map<String, Integer> MIX = mix();

  private static final List<String> ORDERS = List.of("buy", "sell");
  private static final List<String> READS =
      MIX.keySet().stream().filter(kind -> !ORDERS.contains(kind)).toList();
  private static final List<String> SYMBOLS =
      List.of("RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "ITC", "SBIN", "WIPRO");

  /** Of the hour that one is good for. */
  private static final Duration TOKENS_FOR = Duration.ofMinutes(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the load goes and how. */
  record Way(URI uri, String password, int accounts, double rate, int cycles) {}

  private final Way way;
  private final Drive drive;
  private final String runId;
  private final List<String> kinds;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<String> tokens = new ArrayList<>();
  private final AtomicInteger orders = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private volatile String firstError = "";
  private long loggedIn;

  /**
   * @param runId begins every client_order_id; another for each target
   */
  GateTarget(Way way, Drive drive, String runId) {
    this.way = way;
    this.drive = drive;
    this.runId = runId;
    this.kinds = Drive.order(MIX, way.cycles());
  }

  private static Map<String, Integer> mix() {
    Map<String, Integer> mix = new LinkedHashMap<>();
    mix.put("quote", 40);
    mix.put("quotes", 8);
    mix.put("buy", 12);
    mix.put("sell", 12);
    mix.put("positions", 10);
    mix.put("summary", 8);
    mix.put("dashboard", 4);
    mix.put("history", 3);
    mix.put("reconciliation", 3);
    return mix;
  }

  /**
   * Gets a token for each trader; again before they end.
   *
   * @throws IOException when one gets none
   */
  void login() throws IOException, InterruptedException {
    List<String> fresh = new ArrayList<>();
    for (int i = 1; i <= way.accounts(); i++) {
      ObjectNode body =
          JSON.createObjectNode().put("username", "trader" + i).put("password", way.password());
      HttpResponse<String> answer =
          client.send(
              request("/api/v1/auth/token")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("trader" + i + " gets no token: " + answer.statusCode());
      }
      fresh.add(JSON.readTree(answer.body()).path("access_token").asText());
    }
    tokens.clear();
    tokens.addAll(fresh);
    loggedIn = System.nanoTime();
  }

  @Override
  public Map<String, Double> slice() throws InterruptedException {
    renewTokens();
    OptionalDouble before = cpuSeconds();
    Drive.Slice slice =
        drive.slice(kinds, way.rate(), (kind, worker, number) -> exchange(kind, number));
    return figures(slice, before, cpuSeconds());
  }

  /**
   * A slice of this one as the base and another as the candidate: each request to both, one right after the other, at this one's rate
   * for both together.
   *
   * @param candidateFirst the lot for each request
   */
  Trial.Two slice(GateTarget candidate, Random candidateFirst) throws InterruptedException {
    renewTokens();
    candidate.renewTokens();
    List<String> twice = new ArrayList<>();
    boolean[] toCandidate = new boolean[2 * kinds.size()];
    for (int i = 0; i < kinds.size(); i++) {
      twice.add(kinds.get(i));
      twice.add(kinds.get(i));
      toCandidate[2 * i] = candidateFirst.nextBoolean();
      toCandidate[2 * i + 1] = !toCandidate[2 * i];
    }
    OptionalDouble mine = cpuSeconds();
    OptionalDouble theirs = candidate.cpuSeconds();
    Drive.Slice slice =
        drive.slice(
            twice,
            way.rate(),
            (kind, worker, number) ->
                (toCandidate[number] ? candidate : this).exchange(kind, number / 2));
    return new Trial.Two(
        figures(slice.only(toCandidate, false), mine, cpuSeconds()),
        candidate.figures(slice.only(toCandidate, true), theirs, candidate.cpuSeconds()));
  }

  /** Between slices, so that no slice pays for it. */
  private void renewTokens() throws InterruptedException {
    if (System.nanoTime() - loggedIn > TOKENS_FOR.toNanos()) {
      try {
        login();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Map<String, Double> figures(
      Drive.Slice slice, OptionalDouble before, OptionalDouble after) {
    Map<String, Double> figures = new HashMap<>();
    figures.put("orders_ms", slice.typicalMillis(ORDERS));
    figures.put("reads_ms", slice.typicalMillis(READS));
    figures.put("p95_ms", slice.percentileMillis(95));
    if (before.isPresent() && after.isPresent() && after.getAsDouble() > before.getAsDouble()) {
      figures.put(
          "server_cpu_ms_per_request",
          1e3 * (after.getAsDouble() - before.getAsDouble()) / slice.nanos().length);
    }
    return figures;
  }

  double errorPct() {
    return requests.get() == 0 ? 100 : 100.0 * errors.get() / requests.get();
  }

  /** Of the first request whose answer was wrong; empty when none was. */
  String firstError() {
    return firstError;
  }

  private boolean exchange(String kind, int number) throws InterruptedException {
    requests.incrementAndGet();
    boolean good = answered(kind, number);
    if (!good) {
      errors.incrementAndGet();
    }
    return good;
  }

  private boolean answered(String kind, int number) throws InterruptedException {
    int trader = Math.floorMod(number, tokens.size());
    String symbol = SYMBOLS.get(trader % SYMBOLS.size());
    HttpRequest request =
        switch (kind) {
          case "quote" -> get("/api/v1/market/quote/" + symbol, trader);
          case "quotes" -> post("/api/v1/market/quotes", quotes(), trader);
          case "buy" -> post("/api/v1/orders/place", order(symbol, "BUY"), trader);
          case "sell" -> post("/api/v1/orders/place", order(symbol, "SELL"), trader);
          case "positions" -> get("/api/v1/positions/active", trader);
          case "summary" -> get("/api/v1/portfolio/summary", trader);
          case "dashboard" -> get("/api/v1/dashboard/summary", trader);
          case "history" -> get("/api/v1/orders/history?limit=20", trader);
          case "reconciliation" -> get("/api/v1/reconciliation/status?limit_events=5", trader);
          default -> throw new IllegalArgumentException(kind);
        };
    boolean isOrder = ORDERS.contains(kind);
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      boolean good =
          answer.statusCode() == (isOrder ? 201 : 200)
              && (!isOrder || answer.body().contains("\"FILLED\""));
      if (!good && firstError.isEmpty()) {
        firstError = kind + ": " + answer.statusCode() + " " + answer.body();
      }
      return good;
    } catch (IOException e) {
      if (firstError.isEmpty()) {
        firstError = kind + ": " + e;
      }
      return false;
    }
  }

  private static String quotes() {
    ObjectNode body = JSON.createObjectNode();
    SYMBOLS.forEach(body.putArray("symbols")::add);
    return body.toString();
  }

  private String order(String symbol, String side) {
    return JSON.createObjectNode()
        .put("client_order_id", runId + "-" + orders.incrementAndGet())
        .put("symbol", symbol)
        .put("side", side)
        .put("order_type", "MARKET")
        .put("quantity", 1)
        .put("product", "MIS")
        .put("validity", "DAY")
        .put("tag", "gate")
        .toString();
  }

  private HttpRequest get(String path, int trader) {
    return request(path).header("Authorization", "Bearer " + tokens.get(trader)).build();
  }

  private HttpRequest post(String path, String body, int trader) {
    return request(path)
        .header("Authorization", "Bearer " + tokens.get(trader))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(way.uri().resolve(path)).timeout(Duration.ofSeconds(30));
  }

  /** Of the server's process, since its start; empty where it doesn't say. */
  private OptionalDouble cpuSeconds() throws InterruptedException {
    try {
      HttpResponse<String> answer =
          client.send(request("/metrics").build(), HttpResponse.BodyHandlers.ofString());
      return ServerMetrics.parse(answer.body()).sum("cpu_processCpuTime_seconds");
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
