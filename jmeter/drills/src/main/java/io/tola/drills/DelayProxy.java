package io.tola.drills;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on loopback and hands every byte on, later: a network that is slow each way, without being
 * narrow. Thread-safe.
 */
final class DelayProxy implements AutoCloseable {

  private static final int PIECE = 16 * 1024;
  private static final int PIECES = 256;

  private record Piece(byte[] bytes, int length, long due) {}

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;

  private DelayProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  }

  /** Listens on a free port and hands on to that one. */
  static DelayProxy to(int port) throws IOException {
    DelayProxy proxy = new DelayProxy(port);
    daemon("accept", proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on each byte takes so much longer, each way. */
  void delay(double millis) {
    delayNanos = (long) (millis * 1e6);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(DelayProxy::closed);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        Socket server = new Socket();
        sockets.add(server);
        try {
          server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
        } catch (IOException e) {
          // As if nobody listened here either.
          part(client, server);
          continue;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        handOn(client, server);
        handOn(server, client);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void handOn(Socket from, Socket to) {
    BlockingQueue<Piece> way = new ArrayBlockingQueue<>(PIECES);
    daemon("read", () -> read(from, to, way));
    daemon("write", () -> write(from, to, way));
  }

  private void read(Socket from, Socket to, BlockingQueue<Piece> way) {
    try {
      InputStream in = from.getInputStream();
      while (true) {
        byte[] bytes = new byte[PIECE];
        int length = in.read(bytes);
        way.put(new Piece(bytes, length, System.nanoTime() + delayNanos));
        if (length < 0) {
          return;
        }
      }
    } catch (IOException e) {
      part(from, to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Socket from, Socket to, BlockingQueue<Piece> way) {
    try {
      OutputStream out = to.getOutputStream();
      while (true) {
        Piece piece = way.take();
        for (long left = piece.due - System.nanoTime(); left > 0; ) {
          LockSupport.parkNanos(left);
          left = piece.due - System.nanoTime();
        }
        if (piece.length < 0) {
          break;
        }
        out.write(piece.bytes, 0, piece.length);
      }
    } catch (IOException e) {
      // One of them is gone, so both are.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    part(from, to);
  }

  private void part(Socket one, Socket other) {
    closed(one);
    closed(other);
    sockets.remove(one);
    sockets.remove(other);
  }

  private static void closed(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
