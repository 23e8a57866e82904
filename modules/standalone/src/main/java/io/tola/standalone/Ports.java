package io.tola.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * Ports in a row that a setting names by the first.
   *
   * @param count 1 or more
   */
  record Row(String setting, int first, int count) {}

  /** Refuses if a row goes beyond the last port there is, or two rows have one in common. */
  static void requireApart(List<Row> rows) throws StartRefused {
    Map<Integer, Row> named = new HashMap<>();
    for (Row row : rows) {
      String setting = Settings.environmentName(row.setting);
      int last = row.first + row.count - 1;
      if (last > 65535) {
        throw new StartRefused(
            "%s=%d is too high: %d servers would need ports up to %d, and the last one is 65535."
                .formatted(setting, row.first, row.count, last));
      }
      for (int port = row.first; port <= last; port++) {
        Row other = named.putIfAbsent(port, row);
        if (other != null) {
          throw new StartRefused(
              "Port %d is wanted twice: by %s=%d and by %s=%d, %d and %d ports from there on. Choose others."
                  .formatted(
                      port,
                      Settings.environmentName(other.setting),
                      other.first,
                      setting,
                      row.first,
                      other.count,
                      row.count));
        }
      }
    }
  }

  /** A port that was free a moment ago; for tests. */
  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
