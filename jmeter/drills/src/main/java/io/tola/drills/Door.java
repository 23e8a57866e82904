package io.tola.drills;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP doors of a platform, as a balancer in front of them would use them: each in turn, and one that doesn't answer is left alone
 * until it says that it is ready. Thread-safe.
 */
final class Door {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long ASK_AGAIN_MILLIS = 500;

  private final List<String> urls;
  private final String password;
  private final boolean[] dead;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  Door(List<String> urls, String password) {
    this.urls = List.copyOf(urls);
    this.password = password;
    this.dead = new boolean[urls.size()];
  }

  /** Logs in all of them, so that nobody's first order waits for a token. */
  void login(List<String> users) throws IOException, InterruptedException {
    for (String user : users) {
      Answer answer = Answer.none(null);
      // A platform that has just started may say that it comes later.
      for (int i = 0; i < 50 && answer.status() != 200; i++) {
        if (i > 0) {
          Thread.sleep(200);
        }
        answer =
            ask(
                null,
                "POST",
                "/api/v1/auth/token",
                "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(user, password));
      }
      if (answer.status() != 200) {
        throw new IOException(user + " gets no token: " + answer);
      }
      tokens.put(user, answer.json().path("access_token").asText());
    }
  }

  CompletableFuture<Answer> place(Order order) {
    HttpRequest.Builder request =
        request(order.user(), "POST", "/api/v1/orders/place", order.json());
    if (order.byHeader()) {
      request.header("Idempotency-Key", order.id());
    }
    return send(request);
  }

  /** Sends it until it is answered with an order, for at most that long. */
  Answer placeSurely(Order order, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    Answer answer = place(order).join();
    while (answer.kind() != Answer.Kind.ACKNOWLEDGED && System.nanoTime() < end) {
      Thread.sleep(250);
      answer = place(order).join();
    }
    return answer;
  }

  /** Asks as a user who is logged in, or as nobody. */
  Answer ask(String user, String method, String path, String body) {
    return send(request(user, method, path, body)).join();
  }

  Answer get(String user, String path) {
    return ask(user, "GET", path, null);
  }

  private record Target(int index, String url) {}

  private synchronized Target target() {
    int first = Math.floorMod(turn.getAndIncrement(), urls.size());
    for (int i = 0; i < urls.size(); i++) {
      int index = (first + i) % urls.size();
      if (!dead[index]) {
        return new Target(index, urls.get(index));
      }
    }
    return new Target(first, urls.get(first));
  }

  /** A single server is asked whatever happens. */
  private synchronized void leaveAlone(String asked) {
    for (int i = 0; i < urls.size() && urls.size() > 1; i++) {
      if (asked.startsWith(urls.get(i) + "/") && !dead[i]) {
        dead[i] = true;
        int index = i;
        Thread watch = new Thread(() -> awaitReady(index), "ready-" + i);
        watch.setDaemon(true);
        watch.start();
      }
    }
  }

  private void awaitReady(int index) {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create(urls.get(index) + "/health/ready"))
            .timeout(PATIENCE)
            .build();
    while (true) {
      try {
        Thread.sleep(ASK_AGAIN_MILLIS);
        if (client.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
          synchronized (this) {
            dead[index] = false;
          }
          return;
        }
      } catch (IOException e) {
        // Still not there.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private HttpRequest.Builder request(String user, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target().url() + path))
            .timeout(PATIENCE)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (user != null) {
      request.header("Authorization", "Bearer " + tokens.get(user));
    }
    return request;
  }

  private CompletableFuture<Answer> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .handle(
            (response, failure) -> {
              if (failure == null) {
                return answer(response);
              }
              leaveAlone(request.uri().toString());
              return Answer.none(failure);
            });
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        response.headers().firstValue("Retry-After").isPresent(),
        response.body());
  }
}
