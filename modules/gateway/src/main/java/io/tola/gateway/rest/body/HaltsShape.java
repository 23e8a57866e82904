package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.trading.api.SymbolHalt;
import java.time.Instant;
import java.util.List;

/** The symbols in which nothing trades now. */
public record HaltsShape(List<HaltShape> halts) implements Shape {

  public static HaltsShape of(List<SymbolHalt> halts) {
    return new HaltsShape(halts.stream().map(HaltShape::of).toList());
  }

  /** One halt. */
  public record HaltShape(String symbol, String reason, String haltedBy, Instant haltedAt)
      implements Shape {

    public static HaltShape of(SymbolHalt halt) {
      return new HaltShape(halt.symbol().value(), halt.reason(), halt.haltedBy(), halt.haltedAt());
    }
  }
}
