package io.tola.kernel;

import java.util.Map;

/**
 * What one part of the platform says of its own readiness.
 *
 * @param name the part as an operator knows it: {@code database}, {@code pipeline}, {@code cache},
 *     {@code broker}, {@code market-feed}
 * @param ready whether work that needs the part can be taken
 * @param detail figures and reasons, small, safe to show without login
 */
public record ComponentStatus(String name, boolean ready, Map<String, Object> detail) {

  public ComponentStatus {
    detail = Map.copyOf(detail);
  }
}
