package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.market.api.SessionPhase;
import java.time.Instant;
import java.util.List;

/**
 * The platform's state.
 *
 * @param feed what drives the quotes; {@code simulated} must be shown as such
 * @param acceptsOrders whether the session takes orders
 * @param trading the kill switch: the platform first, then those accounts the caller may see that
 *     aren't normal
 */
public record StatusShape(
    String version,
    String profile,
    String feed,
    SessionPhase session,
    boolean acceptsOrders,
    List<TradingStateShape> trading,
    List<ComponentShape> components,
    Instant timestamp)
    implements Shape {

  /** One part of the platform. */
  public record ComponentShape(String name, boolean ready) {}
}
