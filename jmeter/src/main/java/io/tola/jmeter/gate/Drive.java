package io.tola.jmeter.gate;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends slices of load: requests due at fixed times whatever the server does, each slice the same kinds in the same order, latencies
 * counted from when a request was due. One slice at a time.
 */
public final class Drive implements Closeable {

  private final ExecutorService workers;
  private final int width;

  /**
   * @param width requests that may be under way at once; more wait, and their wait counts
   */
  public Drive(int width) {
    this.width = width;
    this.workers =
        Executors.newFixedThreadPool(
            width,
            task -> {
              Thread thread = new Thread(task, "drive");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** One request and its answer. */
  public interface Exchange {

    /**
     * Sends it and waits for the answer.
     *
     * @param worker which worker sends it, from 0; never two at once
     * @param number of the request in the slice, from 0
     * @return whether the answer was right
     */
    boolean done(String kind, int worker, int number) throws InterruptedException;
  }

  /**
   * What a slice found.
   *
   * @param kinds of the requests, in their order
   * @param nanos from when each was due until its answer was there
   * @param errors answers that were wrong, of the whole slice
   */
  public record Slice(List<String> kinds, long[] nanos, int errors) {

    /**
     * One number for the kinds that are asked for: the middle of each kind's latencies, weighted by how many there are. So a rare slow
     * kind doesn't hide a change of the frequent ones, nor a few outliers anything. Milliseconds; NaN when there is none.
     */
    public double typicalMillis(List<String> ofKinds) {
      double sum = 0;
      int count = 0;
      for (String kind : ofKinds) {
        double[] of = millis(kind);
        if (of.length > 0) {
          sum += of.length * Statistics.midMean(of);
          count += of.length;
        }
      }
      return count == 0 ? Double.NaN : sum / count;
    }

    /** Of all requests, milliseconds. */
    public double percentileMillis(double pct) {
      return Statistics.percentile(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).toArray(), pct);
    }

    /** The requests that some were chosen of. */
    public Slice only(boolean[] chosen, boolean which) {
      int[] at =
          java.util.stream.IntStream.range(0, nanos.length)
              .filter(i -> chosen[i] == which)
              .toArray();
      return new Slice(
          Arrays.stream(at).mapToObj(kinds::get).toList(),
          Arrays.stream(at).mapToLong(i -> nanos[i]).toArray(),
          0);
    }

    private double[] millis(String kind) {
      return java.util.stream.IntStream.range(0, nanos.length)
          .filter(i -> kinds.get(i).equals(kind))
          .mapToDouble(i -> nanos[i] / 1e6)
          .toArray();
    }
  }

  /**
   * The kinds in an order in which each is spread evenly (largest remainder), as often as its weight says.
   *
   * @param cycles how often all weights together
   */
  public static List<String> order(Map<String, Integer> weights, int cycles) {
    int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
    List<String> order = new ArrayList<>();
    Map<String, Integer> credit = new HashMap<>();
    for (int i = 0; i < sum * cycles; i++) {
      String most = null;
      for (Map.Entry<String, Integer> kind : weights.entrySet()) {
        int has = credit.merge(kind.getKey(), kind.getValue(), Integer::sum);
        if (most == null || has > credit.get(most)) {
          most = kind.getKey();
        }
      }
      credit.merge(most, -sum, Integer::sum);
      order.add(most);
    }
    return order;
  }

  /**
   * Sends one slice and waits for its last answer.
   *
   * @param rate requests a second
   */
  public Slice slice(List<String> kinds, double rate, Exchange exchange)
      throws InterruptedException {
    long[] nanos = new long[kinds.size()];
    AtomicInteger next = new AtomicInteger();
    AtomicInteger errors = new AtomicInteger();
    long start = System.nanoTime() + 5_000_000;
    List<Future<?>> all = new ArrayList<>();
    for (int w = 0; w < width; w++) {
      int worker = w;
      all.add(
          workers.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                  long due = start + Math.round(1e9 * i / rate);
                  for (long left = due - System.nanoTime();
                      left > 0;
                      left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                  }
                  if (!exchange.done(kinds.get(i), worker, i)) {
                    errors.incrementAndGet();
                  }
                  nanos[i] = System.nanoTime() - due;
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("A worker failed", e.getCause());
      }
    }
    return new Slice(kinds, nanos, errors.get());
  }

  @Override
  public void close() {
    workers.shutdownNow();
    try {
      workers.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
