package io.tola.jmeter;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers what the gate asks, after as long as a platform took: times are drawn from the quantiles that the scenario {@code hft}
 * had on two busy cores (median 4 ms, 95th percentile 15 ms, 99th 35 ms), in thousandths of a millisecond, times a scale.
 */
final class SlowServer implements Closeable {

  private static final double[][] QUANTILES = {
    {0, 1.5}, {0.25, 3}, {0.5, 4}, {0.75, 6}, {0.95, 15}, {0.99, 35}, {1, 60}
  };

  private final ServerSocket listener;
  private final double scale;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger seeds = new AtomicInteger();
  final AtomicInteger reports = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  /** What it says of the runs that were reported. */
  volatile String history = "{}";

  volatile boolean saysProcessorTime = true;

  /** Of the reads, with 500. */
  volatile boolean failsReads;

  SlowServer(double scale) throws IOException {
    this.scale = scale;
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "slow-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    Random random = new Random(seeds.incrementAndGet());
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (at >= 0) {
          in.skipNBytes(Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)).strip()));
        }
        String path = head.split(" ")[1];
        if (path.startsWith("/api") && !path.endsWith("/token")) {
          LockSupport.parkNanos(Math.round(1e6 * scale * drawn(random.nextDouble())));
        }
        out.write(answer(head, path));
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private byte[] answer(String head, String path) {
    String body = "{}";
    int status = 200;
    requests.incrementAndGet();
    if (path.endsWith("/token")) {
      body = "{\"access_token\":\"t\"}";
    } else if (path.endsWith("/orders/place")) {
      status = 201;
      body = "{\"status\":\"FILLED\"}";
    } else if (path.contains("/load-tests") && head.startsWith("POST")) {
      status = 201;
      reports.incrementAndGet();
    } else if (path.contains("/load-tests")) {
      body = history;
    } else if (path.equals("/metrics")) {
      body = saysProcessorTime ? "cpu_processCpuTime_seconds " + 0.002 * requests.get() + "\n" : "";
    } else if (failsReads && path.contains("/market/quote/")) {
      status = 500;
    }
    return ("HTTP/1.1 " + status + " OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static double drawn(double u) {
    for (int i = 1; i < QUANTILES.length; i++) {
      double[] a = QUANTILES[i - 1];
      double[] b = QUANTILES[i];
      if (u <= b[0]) {
        return a[1] + (b[1] - a[1]) * (u - a[0]) / (b[0] - a[0]);
      }
    }
    return QUANTILES[QUANTILES.length - 1][1];
  }

  /** Until the empty line; empty at the end. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
