package io.tola.systemtests.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The HTTP door of one node, as a client with nothing but the contract sees it. Thread-safe. */
public final class Api {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String url;
  private final String password;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  /** Account ids by token. */
  private final Map<String, String> accounts = new ConcurrentHashMap<>();

  Api(String url, String password) {
    this.url = url;
    this.password = password;
  }

  void keepTokensOf(Api other) {
    tokens.putAll(other.tokens);
    accounts.putAll(other.accounts);
  }

  public String url() {
    return url;
  }

  /** The caller without a token. */
  public Caller anonymous() {
    return new Caller(null);
  }

  /** A demo user, logged in once. */
  public Caller as(String user) {
    return new Caller(token(user));
  }

  public Caller trader(int number) {
    return as("trader" + number);
  }

  /** Lets a demo trader place as many orders a second as there may be. */
  public void liftOrderRate(String trader) {
    String path = "/api/v1/risk/limits?account_id=" + as(trader).accountId();
    ObjectNode limits = as("risk").get(path).expect(200).json().deepCopy();
    limits.remove(List.of("account_id", "updated_by", "updated_at"));
    putLimits(path, limits.put("max_orders_per_second", 1_000_000)).expect(200);
  }

  /** Sets an account's limits as its two risk officers do: what raises one, the second approves. */
  public Answer putLimits(String path, JsonNode limits) {
    Answer answer = as("risk").put(path, limits);
    return answer.status() == 202
        ? as("risk2").post("/api/v1/approvals/" + answer.text("approval_id") + "/approve", object())
        : answer;
  }

  /** Whoever holds this token. */
  public Caller bearing(String token) {
    return new Caller(token);
  }

  /** The user's access token. */
  public String token(String user) {
    return tokens.computeIfAbsent(
        user,
        u ->
            patiently(
                    () ->
                        anonymous()
                            .post(
                                "/api/v1/auth/token",
                                object().put("username", u).put("password", password)))
                .expect(200)
                .text("access_token"));
  }

  /** Asks again as long as the answer is to come back later. */
  private static Answer patiently(Supplier<Answer> request) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Answer answer = request.get();
    while (answer.status() == 503 && System.nanoTime() < deadline) {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return answer;
      }
      answer = request.get();
    }
    return answer;
  }

  /** An empty JSON object. */
  public static ObjectNode object() {
    return Answer.JSON.createObjectNode();
  }

  public static JsonNode parse(String json) {
    try {
      return Answer.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** A market order, valid for the day, for delivery. */
  public static ObjectNode market(String id, String symbol, String side, long quantity) {
    return object()
        .put("client_order_id", id)
        .put("symbol", symbol)
        .put("side", side)
        .put("order_type", "MARKET")
        .put("quantity", quantity)
        .put("product", "CNC")
        .put("validity", "DAY");
  }

  /** A limit order, valid for the day, for delivery. */
  public static ObjectNode limit(
      String id, String symbol, String side, long quantity, BigDecimal price) {
    return market(id, symbol, side, quantity).put("order_type", "LIMIT").put("price", price);
  }

  /** Percent-encodes a path segment or parameter. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Somebody who calls the door. */
  public final class Caller {
    private final String token;

    private Caller(String token) {
      this.token = token;
    }

    public Answer get(String path) {
      return send(request(path).GET());
    }

    public Answer post(String path, JsonNode body) {
      return send("POST", path, body.toString());
    }

    public Answer put(String path, JsonNode body) {
      return send("PUT", path, body.toString());
    }

    public Answer delete(String path) {
      return send(request(path).DELETE());
    }

    /** Sends a body as it is, as JSON. */
    public Answer send(String method, String path, String body) {
      return send(
          request(path)
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body)));
    }

    /** Sends whatever a body publisher has, under any content type (or none, if null). */
    public Answer send(String method, String path, String contentType, BodyPublisher body) {
      HttpRequest.Builder request = request(path).method(method, body);
      if (contentType != null) {
        request.header("Content-Type", contentType);
      }
      return send(request);
    }

    /** A request with this caller's token, to be completed. */
    public HttpRequest.Builder request(String path) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30));
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      return request;
    }

    public Answer send(HttpRequest.Builder request) {
      try {
        return answer(CLIENT.send(request.build(), BodyHandlers.ofString()));
      } catch (IOException e) {
        throw new NoAnswer(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    public Answer place(JsonNode order) {
      return post("/api/v1/orders/place", order);
    }

    /**
     * Places as a patient client does: told to come back later, it sends the same order again.
     *
     * <p>For orders whose speed is not the test's business: a server that has just started, or a
     * machine that is busy with others, may miss the platform's own bound once.
     */
    public Answer placeSurely(JsonNode order) {
      return patiently(() -> place(order));
    }

    /** Places without waiting. */
    public CompletableFuture<Answer> placing(JsonNode order) {
      HttpRequest request =
          request("/api/v1/orders/place")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(order.toString()))
              .build();
      return CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(Api::answer);
    }

    /** Reads without waiting. */
    public CompletableFuture<Answer> getting(String path) {
      return CLIENT
          .sendAsync(request(path).GET().build(), BodyHandlers.ofString())
          .thenApply(Api::answer);
    }

    public Answer order(String orderId) {
      return get("/api/v1/orders/" + orderId);
    }

    public Answer cancel(String orderId) {
      return delete("/api/v1/orders/" + orderId);
    }

    public JsonNode quote(String symbol) {
      return get("/api/v1/market/quote/" + encode(symbol)).expect(200).json();
    }

    /** The id of the caller's only account. */
    public String accountId() {
      return accounts.computeIfAbsent(
          token, t -> get("/api/v1/portfolio/summary").expect(200).text("account_id"));
    }

    /** Asks until the answer is as wished; fails with the last answer when it takes too long. */
    public Answer await(String path, Duration atMost, Predicate<Answer> wished) {
      long deadline = System.nanoTime() + atMost.toNanos();
      String last = "no answer";
      while (System.nanoTime() < deadline) {
        try {
          Answer answer = get(path);
          last = answer.toString();
          if (wished.test(answer)) {
            return answer;
          }
        } catch (NoAnswer e) {
          last = e.toString();
        }
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
      throw new AssertionError("after " + atMost + ", " + path + " still answers: " + last);
    }
  }

  /** The connection broke or nothing came back in time: nobody knows what became of the request. */
  public static final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(IOException cause) {
      super(cause);
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }
}
