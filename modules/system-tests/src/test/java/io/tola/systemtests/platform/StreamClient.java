package io.tola.systemtests.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A WebSocket client as any: remembers all it hears, and how it was closed. Thread-safe. */
public final class StreamClient implements AutoCloseable, WebSocket.Listener {

  private final WebSocket socket;
  private final StringBuilder partial = new StringBuilder();
  private final List<JsonNode> heard = new ArrayList<>();
  private int closeCode;
  private String closeReason = "";

  /** Connects to that node without saying who it is. */
  public StreamClient(Api api) {
    this(HttpClient.newHttpClient(), api.url());
  }

  /** Connects to whatever answers at that URL, in the way that client goes. */
  public StreamClient(HttpClient way, String url) {
    socket =
        way.newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(URI.create(url.replaceFirst("^http", "ws") + "/ws/v1/stream"), this)
            .join();
  }

  /** Connects and says who it is. */
  public static StreamClient of(Api api, String user) {
    return of(HttpClient.newHttpClient(), api.url(), api.token(user));
  }

  /** Connects to whatever answers at that URL, and says who it is. */
  public static StreamClient of(HttpClient way, String url, String token) {
    StreamClient client = new StreamClient(way, url);
    client.authenticate(token);
    client.await(m -> m.path("type").asText().equals("welcome"));
    return client;
  }

  /** Says who it is. */
  public void authenticate(String token) {
    say(Api.object().put("type", "authenticate").put("token", token).toString());
  }

  /** Subscribes to the user's orders; waits until it holds. */
  public StreamClient orders(Long resumeFrom) {
    ObjectNode subscribe = Api.object().put("type", "subscribe").put("channel", "orders");
    if (resumeFrom != null) {
      subscribe.put("resume_from", resumeFrom);
    }
    say(subscribe.toString());
    await(m -> m.path("type").asText().equals("subscribed"));
    return this;
  }

  /** Subscribes to quotes. */
  public StreamClient quotes(String... symbols) {
    ObjectNode subscribe = Api.object().put("type", "subscribe").put("channel", "quotes");
    for (String symbol : symbols) {
      subscribe.withArray("symbols").add(symbol);
    }
    say(subscribe.toString());
    return this;
  }

  /** Sends text as it is. */
  public synchronized void say(String text) {
    try {
      socket.sendText(text, true).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      // Closed meanwhile: what it was closed with is what the test looks at.
      notifyAll();
    }
  }

  @Override
  public synchronized CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    partial.append(text);
    if (last) {
      heard.add(Api.parse(partial.toString()));
      partial.setLength(0);
      notifyAll();
    }
    from.request(1);
    return null;
  }

  @Override
  public synchronized CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closeCode = code;
    closeReason = reason;
    notifyAll();
    return null;
  }

  @Override
  public synchronized void onError(WebSocket from, Throwable error) {
    if (closeCode == 0) {
      closeCode = 1006;
      closeReason = String.valueOf(error);
    }
    notifyAll();
  }

  /** Waits for a message that fits. */
  public synchronized JsonNode await(Predicate<JsonNode> wished) {
    try {
      return awaitUnlessInterrupted(wished);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private synchronized JsonNode awaitUnlessInterrupted(Predicate<JsonNode> wished)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      for (JsonNode message : heard) {
        if (wished.test(message)) {
          return message;
        }
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || closeCode != 0) {
        throw new AssertionError(
            "not heard; closed with " + closeCode + ' ' + closeReason + ", heard " + heard);
      }
      wait(left);
    }
  }

  /** Waits until it has heard so many messages of that type. */
  public synchronized void await(String type, int count) {
    await(m -> count(type) >= count);
  }

  /** Waits until it is closed. */
  public synchronized int awaitClosed() {
    try {
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (closeCode == 0) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("not closed; heard " + heard);
        }
        wait(left);
      }
      return closeCode;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Why it was closed. */
  public synchronized String closeReason() {
    return closeReason;
  }

  /** How many messages of that type it has heard. */
  public synchronized long count(String type) {
    return heard.stream().filter(m -> m.path("type").asText().equals(type)).count();
  }

  /** All order updates so far. */
  public synchronized List<JsonNode> updates() {
    return heard.stream().filter(m -> m.path("type").asText().equals("order_update")).toList();
  }

  /** Their sequences. */
  public List<Long> sequences() {
    return updates().stream().map(m -> m.get("sequence").asLong()).toList();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
