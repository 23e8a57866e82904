package io.tola.jmeter;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;

/** The platform that may be loaded: one on this machine, or one whose host somebody has named as permitted. */
public record Target(URI uri) {

  /**
   * @param text as {@code http://127.0.0.1:9080}; a path is not part of it
   * @param permitted hosts beyond loopback, exactly as they stand in the target
   * @throws Refused when the host is another, can't be found or no URL is given; nothing was sent anywhere then
   */
  static Target of(String text, Set<String> permitted) {
    URI uri;
    try {
      uri = URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw new Refused("No URL: " + text);
    }
    if (uri.getHost() == null || !Set.of("http", "https").contains(uri.getScheme())) {
      throw new Refused("A target is http://host:port or https://host:port, not " + text);
    }
    if (uri.getPath() != null && !uri.getPath().isEmpty() && !uri.getPath().equals("/")) {
      throw new Refused("A target has no path; the plans have it: " + text);
    }
    String host = uri.getHost();
    if (!permitted.contains(host) && !isLoopback(host)) {
      throw new Refused(
          host
              + " is not this machine. A load test of another is an attack on it unless its owner knows: -Dremote.ok="
              + host
              + " says so.");
    }
    return new Target(uri.resolve("/"));
  }

  /** Whether it is this machine. */
  boolean isLoopback() {
    return isLoopback(uri.getHost());
  }

  /** Every address of the name must be loopback: a name that is both would be loaded where nobody meant it. */
  private static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new Refused("No such host: " + host);
    }
  }

  String host() {
    return uri.getHost().startsWith("[")
        ? uri.getHost().substring(1, uri.getHost().length() - 1)
        : uri.getHost();
  }

  int port() {
    return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }
}
