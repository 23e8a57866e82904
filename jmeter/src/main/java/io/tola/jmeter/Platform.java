package io.tola.jmeter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What the runner itself asks of the platform, beside the load. One thread at a time. */
final class Platform {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOAD_TESTS = "/api/v1/performance/load-tests";

  private final Target target;
  private final String password;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Map<String, String> tokens = new HashMap<>();

  Platform(Target target, String password) {
    this.target = target;
    this.password = password;
  }

  /**
   * @throws IOException when nothing answers, or it says that it isn't ready
   */
  void mustBeReady() throws IOException, InterruptedException {
    HttpResponse<String> ready = get("/health/ready", null);
    if (ready.statusCode() != 200) {
      throw new IOException("/health/ready says " + ready.statusCode());
    }
  }

  /** Prometheus's text of {@code /metrics}. */
  String metrics() throws IOException, InterruptedException {
    return get("/metrics", null).body();
  }

  String openapi() throws IOException, InterruptedException {
    return get("/openapi", null).body();
  }

  /** What {@code /api/v1/status} says of itself. */
  JsonNode status(String username) throws IOException, InterruptedException {
    return JSON.readTree(asUser(username, "/api/v1/status").body());
  }

  /**
   * Gets a token; a token in hand is not used, so this tries the password.
   *
   * @throws IOException when there is none
   */
  void login(String username) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("username", username).put("password", password);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(target.uri().resolve("/api/v1/auth/token"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(username + " gets no token: " + answer.statusCode());
    }
    tokens.put(username, JSON.readTree(answer.body()).path("access_token").asText());
  }

  /** All orders of the user since then whose client_order_id begins so, page by page. */
  List<Reconciliation.Listed> orders(String username, Instant since, String prefix)
      throws IOException, InterruptedException {
    List<Reconciliation.Listed> orders = new ArrayList<>();
    String cursor = "";
    do {
      HttpResponse<String> page =
          asUser(
              username,
              "/api/v1/orders/history?limit=500&from=" + encoded(since.toString()) + cursor);
      if (page.statusCode() != 200) {
        throw new IOException(
            "The orders of "
                + username
                + " can't be read: "
                + page.statusCode()
                + " "
                + page.body());
      }
      JsonNode body = JSON.readTree(page.body());
      for (JsonNode order : body.path("items")) {
        String id = order.path("client_order_id").asText();
        if (id.startsWith(prefix)) {
          orders.add(
              new Reconciliation.Listed(
                  id, order.path("order_id").asText(), username, order.path("status").asText()));
        }
      }
      cursor =
          body.path("next_cursor").isTextual()
              ? "&cursor=" + encoded(body.path("next_cursor").asText())
              : "";
    } while (!cursor.isEmpty());
    return orders;
  }

  /**
   * What the node's statements took over the last 24 hours, 95th percentile, milliseconds.
   *
   * @param ops a user with role ops
   * @return empty when it doesn't say
   */
  OptionalDouble statementP95(String ops) throws InterruptedException {
    try {
      JsonNode p95 =
          JSON.readTree(asUser(ops, "/api/v1/performance/queries").body())
              .path("stats")
              .path("p95_ms");
      return p95.isNumber() ? OptionalDouble.of(p95.asDouble()) : OptionalDouble.empty();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /**
   * Has the platform keep what a run found.
   *
   * @param ops a user with role ops
   * @throws IOException when it doesn't
   */
  void report(String ops, JsonNode run) throws IOException, InterruptedException {
    if (!tokens.containsKey(ops)) {
      login(ops);
    }
    HttpResponse<String> answer = post(ops, run);
    if (answer.statusCode() == 401) {
      login(ops);
      answer = post(ops, run);
    }
    if (answer.statusCode() != 201 && answer.statusCode() != 200) {
      throw new IOException(LOAD_TESTS + " says " + answer.statusCode() + " " + answer.body());
    }
  }

  private HttpResponse<String> post(String username, JsonNode body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(target.uri().resolve(LOAD_TESTS))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + tokens.get(username))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * The runs of a scenario that the platform has kept, with their trends.
   *
   * @throws IOException when it doesn't say
   */
  JsonNode history(String ops, String scenario) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        asUser(ops, LOAD_TESTS + "?limit=1&scenario=" + encoded(scenario));
    if (answer.statusCode() != 200) {
      throw new IOException(LOAD_TESTS + " says " + answer.statusCode());
    }
    return JSON.readTree(answer.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> asUser(String username, String path)
      throws IOException, InterruptedException {
    if (!tokens.containsKey(username)) {
      login(username);
    }
    HttpResponse<String> answer = get(path, tokens.get(username));
    if (answer.statusCode() == 401) {
      login(username);
      answer = get(path, tokens.get(username));
    }
    return answer;
  }

  private HttpResponse<String> get(String path, String token)
      throws IOException, InterruptedException {
    URI uri = target.uri().resolve(path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).header("Accept", "*/*");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
