package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.TradingState;
import java.time.Instant;

/**
 * Whether orders may trade.
 *
 * @param scope {@code platform}, or an account's id
 */
public record TradingStateShape(
    String scope, TradingState.Mode mode, String reason, String updatedBy, Instant updatedAt)
    implements Shape {

  public static TradingStateShape of(TradingState state) {
    return new TradingStateShape(
        state.scope(), state.mode(), state.reason(), state.updatedBy(), state.updatedAt());
  }
}
