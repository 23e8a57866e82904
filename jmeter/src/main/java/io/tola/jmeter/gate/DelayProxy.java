package io.tola.jmeter.gate;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands before a server on this machine and makes it slower: each answer waits as long as the given part of the time that the
 * server took for it. Hands bytes on as they are; a client that sends its next request before it has its answer isn't slowed down
 * right. Listens on loopback only. With a part of 0 it is the same way without the wait, for the other side of a comparison.
 */
public final class DelayProxy implements Closeable {

  private static final int BUFFER = 16_384;

  /** The rest of a wait is spun away: on a busy machine a thread that slept wakes so much later than it should. */
  private static final long SPUN_NANOS = 500_000;

  private final InetSocketAddress upstream;
  private final double part;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "delay-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final LongAdder served = new LongAdder();
  private final LongAdder waited = new LongAdder();

  /**
   * Listens from now on.
   *
   * @param target {@code http://host:port}
   * @param part of the server's time that is added, 0.05 for five per cent
   */
  public DelayProxy(URI target, double part) throws IOException {
    this.upstream = new InetSocketAddress(target.getHost(), target.getPort());
    this.part = part;
    this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Time that the server took for answers in all, nanoseconds; what was added is {@link #addedNanos}. */
  public long serverNanos() {
    return served.sum();
  }

  /** Time that answers were held back in all, nanoseconds. */
  public long addedNanos() {
    return waited.sum();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        // Closed, or a client that went away before it was there.
        continue;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket server = new Socket()) {
      server.connect(upstream, 5_000);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Turn turn = new Turn();
      threads.execute(() -> up(client, server, turn));
      down(server, client, turn);
      open.remove(server);
    } catch (IOException e) {
      // One of both has closed; try-with-resources closes the other, and the client sees it.
    } finally {
      open.remove(client);
    }
  }

  /** When the last byte of a request went up, and whether its answer is still awaited. */
  private static final class Turn {
    private volatile long sent;
    private volatile boolean awaited;
  }

  private static void up(Socket client, Socket server, Turn turn) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        turn.sent = System.nanoTime();
        turn.awaited = true;
        out.write(buffer, 0, n);
      }
      server.shutdownOutput();
    } catch (IOException e) {
      close(server);
    }
  }

  private void down(Socket server, Socket client, Turn turn) throws IOException {
    byte[] buffer = new byte[BUFFER];
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (turn.awaited) {
        turn.awaited = false;
        long now = System.nanoTime();
        served.add(now - turn.sent);
        hold(now, Math.round((now - turn.sent) * part));
      }
      out.write(buffer, 0, n);
    }
  }

  private void hold(long from, long nanos) {
    if (nanos <= 0) {
      return;
    }
    long until = from + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      if (left > SPUN_NANOS) {
        LockSupport.parkNanos(left - SPUN_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
    waited.add(System.nanoTime() - from);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed already, which is what was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(DelayProxy::close);
    threads.shutdown();
    try {
      threads.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
