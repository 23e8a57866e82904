package io.tola.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks at loopback ports before something is started on them, to be able to say which one is taken, and how to choose another. */
final class Ports {

  private Ports() {}

  /** Refuses if somebody listens on the port already. */
  static void requireFree(int port, String what, String setting) throws StartRefused {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new StartRefused(
          "Port %d, wanted for %s, is taken. Stop what uses it, or choose another: %s=<port>."
              .formatted(port, what, Settings.environmentName(setting)));
    }
  }

  /** A port that was free a moment ago; for tests. */
  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
