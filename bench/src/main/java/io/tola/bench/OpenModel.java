package io.tola.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Sends orders at a fixed rate whether or not the answers keep up, and counts each answer's time
 * from the moment its order was due, not from when it could be sent: a stall shows in every order it
 * delayed (no coordinated omission).
 */
final class OpenModel {

  private final URI target;
  private final List<String> tokens;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  OpenModel(URI target, List<String> tokens) {
    this.target = target;
    this.tokens = tokens;
  }

  /**
   * @param rate orders a second
   * @param run makes every client_order_id of this run new
   */
  Load run(int rate, int seconds, String run) throws InterruptedException {
    int total = rate * seconds;
    ConcurrentHistogram histogram = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    AtomicLong notSuccessful = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    CountDownLatch answers = new CountDownLatch(total);
    long start = System.nanoTime();
    for (int i = 0; i < total; i++) {
      long due = start + i * 1_000_000_000L / rate;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      client
          .sendAsync(order(i, run), HttpResponse.BodyHandlers.discarding())
          .whenComplete(
              (response, fault) -> {
                histogram.recordValue(
                    Math.min(
                        TimeUnit.MINUTES.toMicros(1),
                        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due)));
                if (fault != null) {
                  failed.incrementAndGet();
                } else if (response.statusCode() / 100 != 2) {
                  notSuccessful.incrementAndGet();
                }
                answers.countDown();
              });
    }
    boolean complete = answers.await(60, TimeUnit.SECONDS);
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
    return new Load(
        "open model, " + rate + "/s",
        0,
        histogram.getTotalCount() - failed.get(),
        micros,
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(90),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue(),
        notSuccessful.get(),
        failed.get() + (complete ? 0 : answers.getCount()),
        0,
        0);
  }

  private HttpRequest order(int i, String run) {
    int trader = i % tokens.size();
    String side = i / tokens.size() % 2 == 0 ? "BUY" : "SELL";
    String body =
        "{\"client_order_id\":\""
            + run
            + "-"
            + i
            + "\",\"symbol\":\"RELIANCE\",\"side\":\""
            + side
            + "\",\"order_type\":\"MARKET\",\"quantity\":10,\"product\":\"MIS\",\"validity\":\"DAY\"}";
    return HttpRequest.newBuilder(target.resolve("/api/v1/orders/place"))
        .header("Authorization", "Bearer " + tokens.get(trader))
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }
}
