package io.tola.jmeter;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Reads the server's own figures every two seconds while a load runs, on a thread of its own. */
final class ServerWatch implements AutoCloseable {

  private static final long PERIOD_MILLIS = 2000;
  private static final String DATABASE = "datasource=\"jdbc_tola\"";

  /**
   * One moment. Totals count since the server's start; NaN where the server has no such figure.
   *
   * @param at milliseconds of the epoch
   * @param cpuPct of all cores, the server's process alone
   * @param gcSeconds total
   * @param poolUsed connections to the database in use
   * @param poolSize connections open
   * @param waitSeconds total that requests waited for a connection
   * @param cpuSeconds total of the server's process
   * @param dbMillis total that {@code dbStatements} took
   * @param batches total, and {@code batched} orders in them
   */
  record Point(
      long at,
      double cpuPct,
      double heapMegabytes,
      double heapMaxMegabytes,
      double gcSeconds,
      double poolUsed,
      double poolSize,
      double waitSeconds,
      double batches,
      double batched,
      double cacheHits,
      double cacheMisses,
      double queueDepth,
      double requestSeconds,
      double requests,
      double cpuSeconds,
      double dbMillis,
      double dbStatements) {

    static Point of(long at, ServerMetrics m) {
      return new Point(
          at,
          or(m.sum("cpu_processCpuLoad_percent")) * 100,
          or(m.sum("memory_usedHeap_bytes")) / (1 << 20),
          or(m.sum("memory_maxHeap_bytes")) / (1 << 20),
          or(m.sum("gc_time_seconds_total"), m.sum("gc_time_seconds")),
          or(m.sum("connectionpool_managedConnections", DATABASE))
              - or(m.sum("connectionpool_freeConnections", DATABASE)),
          or(m.sum("connectionpool_managedConnections", DATABASE)),
          or(m.sum("connectionpool_waitTime_total_seconds", DATABASE)),
          or(m.sum("tola_pipeline_batch_size_count")),
          or(m.sum("tola_pipeline_batch_size_sum")),
          or(m.sum("tola_cache_hits_total")),
          or(m.sum("tola_cache_misses_total")),
          or(m.sum("tola_pipeline_queue_depth")),
          or(m.sum("tola_http_request_seconds_sum")),
          or(m.sum("tola_http_request_seconds_count")),
          or(m.sum("cpu_processCpuTime_seconds")),
          or(m.sum("tola_db_statement_millis_total")),
          or(m.sum("tola_db_statements_total")));
    }

    private static double or(OptionalDouble... candidates) {
      for (OptionalDouble candidate : candidates) {
        if (candidate.isPresent()) {
          return candidate.getAsDouble();
        }
      }
      return Double.NaN;
    }
  }

  private final Platform platform;
  private final Clock clock;
  private final List<Point> points = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "server-watch");
  private volatile boolean closed;
  private int unanswered;

  ServerWatch(Platform platform, Clock clock) {
    this.platform = platform;
    this.clock = clock;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      try {
        Point point = Point.of(clock.millis(), ServerMetrics.parse(platform.metrics()));
        synchronized (this) {
          points.add(point);
        }
      } catch (IOException e) {
        // An overloaded or stopped server is what a load test looks for; the page says how often it
        // did not answer.
        synchronized (this) {
          unanswered++;
        }
      } catch (InterruptedException e) {
        return;
      }
      try {
        Thread.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  synchronized List<Point> points() {
    return List.copyOf(points);
  }

  /** Readings that failed. */
  synchronized int unanswered() {
    return unanswered;
  }

  /** Hits of all look-ups between the first and the last reading, per cent; empty when there were none. */
  static OptionalDouble cacheHitPct(List<Point> points) {
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    double hits = last.cacheHits() - first.cacheHits();
    double all = hits + last.cacheMisses() - first.cacheMisses();
    return all > 0 ? OptionalDouble.of(100 * hits / all) : OptionalDouble.empty();
  }

  /** What one total grew by for each that another grew by, over the whole watch; empty when either isn't known. */
  static OptionalDouble per(
      List<Point> points, ToDoubleFunction<Point> total, ToDoubleFunction<Point> each) {
    if (points.size() < 2) {
      return OptionalDouble.empty();
    }
    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    double ratio =
        (total.applyAsDouble(last) - total.applyAsDouble(first))
            / (each.applyAsDouble(last) - each.applyAsDouble(first));
    return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
