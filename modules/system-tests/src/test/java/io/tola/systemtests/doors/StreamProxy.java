package io.tola.systemtests.doors;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small HTTP proxy: stands before the server as a balancer does, or is asked with CONNECT as a
 * company's way out is. It can lose its patience with quiet connections, stop, and cut. Thread-safe.
 */
final class StreamProxy implements AutoCloseable {

  private final ServerSocket door;
  private final URI target;
  private final int idleMillis;
  private final List<Socket> open = new ArrayList<>();
  private int tunnels;

  /**
   * Starts.
   *
   * @param idleMillis a direction that is quiet for so long ends the connection; 0 for never
   */
  StreamProxy(URI target, int idleMillis) throws IOException {
    this.target = target;
    this.idleMillis = idleMillis;
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread("proxy", this::accept);
  }

  String url() {
    return "http://localhost:" + door.getLocalPort();
  }

  int port() {
    return door.getLocalPort();
  }

  /** How many connections were asked for with CONNECT. */
  synchronized int tunnels() {
    return tunnels;
  }

  /** Cuts every connection as a broken cable and a restart do: reset, no goodbye. */
  synchronized void cut() throws IOException {
    for (Socket socket : open) {
      try (socket) {
        socket.setSoLinger(true, 0);
      } catch (SocketException alreadyClosed) {
        // By its pump, meanwhile.
        continue;
      }
    }
    open.clear();
  }

  private synchronized Socket kept(Socket socket) {
    open.add(socket);
    return socket;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = kept(door.accept());
      thread("proxied", () -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    String head = head(client.getInputStream());
    Socket server = kept(new Socket(target.getHost(), target.getPort()));
    server.setSoTimeout(idleMillis);
    if (head.startsWith("CONNECT ")) {
      synchronized (this) {
        tunnels++;
      }
      write(client, "HTTP/1.1 200 Connection Established\r\n\r\n");
    } else {
      // As balancers do: one header more. Upgrade and Connection pass as they are.
      write(server, head.replaceFirst("\r\n", "\r\nX-Forwarded-For: 203.0.113.7\r\n"));
    }
    thread("to the server", () -> pump(client, server));
    pump(server, client);
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void write(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    to.getOutputStream().flush();
  }

  /** Passes on what comes until it ends, or is quiet for too long; then both ends are closed. */
  private static void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8_192];
      for (int n = from.getInputStream().read(buffer); n >= 0; ) {
        out.write(buffer, 0, n);
        out.flush();
        n = from.getInputStream().read(buffer);
      }
    }
  }

  /** What may fail when a connection does. */
  private interface Work {
    void run() throws IOException;
  }

  private static void thread(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A connection ended: what its client heard of it is what a test looks at.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
