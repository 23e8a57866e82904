package io.tola.gateway.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where a request comes from, for limits: the connection's address, or, when that is one of the
 * proxies named in {@code tola.gateway.trusted-proxies}, the last address in {@code
 * X-Forwarded-For} that is none of them. What a client writes there itself stands further left and
 * is not believed. Thread-safe.
 */
@ApplicationScoped
public class ClientAddress {

  private Set<String> proxies = Set.of();

  /** For the proxy. */
  protected ClientAddress() {}

  @Inject
  ClientAddress(
      @ConfigProperty(name = "tola.gateway.trusted-proxies") Optional<List<String>> proxies) {
    this.proxies = proxies.map(Set::copyOf).orElse(Set.of());
  }

  public String of(HttpServletRequest request) {
    String peer = request.getRemoteAddr();
    if (proxies.isEmpty() || !proxies.contains(peer)) {
      return peer;
    }
    // Some proxies add a line of their own instead of appending to the client's: the last counts.
    var lines = request.getHeaders("X-Forwarded-For");
    return behindProxies(
        peer,
        lines == null || !lines.hasMoreElements()
            ? null
            : String.join(",", Collections.list(lines)));
  }

  String behindProxies(String peer, String forwardedFor) {
    if (forwardedFor == null) {
      return peer;
    }
    String[] hops = forwardedFor.split(",", -1);
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].trim();
      if (!hop.isEmpty() && hop.length() <= 45 && !proxies.contains(hop)) {
        return hop;
      }
    }
    return peer;
  }
}
