package io.tola.gateway.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/**
 * {@code tola_http_requests_total} by route and status, {@code tola_http_request_seconds} by route.
 * Thread-safe.
 */
@ApplicationScoped
public class HttpMetrics {

  private static final Metadata REQUESTS =
      Metadata.builder()
          .withName("tola_http_requests_total")
          .withDescription("Requests of the API by route and status")
          .build();
  private static final Metadata SECONDS =
      Metadata.builder()
          .withName("tola_http_request_seconds")
          .withDescription("Time from the door to the answer, by route")
          .build();

  private MetricRegistry registry;
  private Route unmatched;

  /** For the proxy. */
  protected HttpMetrics() {}

  @Inject
  HttpMetrics(MetricRegistry registry) {
    this.registry = registry;
    this.unmatched = new Route(registry, "none", "unmatched");
  }

  /** The figures of one route; made once, when the application starts. */
  public Route route(String method, String path) {
    return new Route(registry, method, path);
  }

  /** Counts a request that no resource was found for. */
  public void unmatched(int status) {
    unmatched.count(status);
  }

  /** One route's figures, found without a lookup in the registry. */
  public static final class Route {

    private static final int FIRST = 100;
    private static final int LAST = 599;

    private final AtomicReferenceArray<Counter> byStatus =
        new AtomicReferenceArray<>(LAST - FIRST + 1);
    private final MetricRegistry registry;
    private final Tag method;
    private final Tag path;
    private final Timer seconds;

    private Route(MetricRegistry registry, String method, String path) {
      this.registry = registry;
      this.method = new Tag("method", method);
      this.path = new Tag("route", path);
      this.seconds =
          "unmatched".equals(path) ? null : registry.timer(SECONDS, this.method, this.path);
    }

    /** Counts an answer. */
    public void answered(int status, long nanos) {
      count(status);
      seconds.update(Duration.ofNanos(nanos));
    }

    private void count(int status) {
      int index = Math.min(LAST, Math.max(FIRST, status)) - FIRST;
      Counter counter = byStatus.get(index);
      if (counter == null) {
        counter =
            registry.counter(
                REQUESTS, method, path, new Tag("status", Integer.toString(index + FIRST)));
        byStatus.set(index, counter);
      }
      counter.inc();
    }
  }
}
