package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.RestrictedSymbol;
import java.time.Instant;
import java.util.List;

/** The symbols that nobody may trade. */
public record RestrictedSymbolsShape(List<RestrictedSymbolShape> symbols) implements Shape {

  public static RestrictedSymbolsShape of(List<RestrictedSymbol> symbols) {
    return new RestrictedSymbolsShape(symbols.stream().map(RestrictedSymbolShape::of).toList());
  }

  /** One of them. */
  public record RestrictedSymbolShape(
      String symbol, String reason, String updatedBy, Instant updatedAt) implements Shape {

    public static RestrictedSymbolShape of(RestrictedSymbol restricted) {
      return new RestrictedSymbolShape(
          restricted.symbol().value(),
          restricted.reason(),
          restricted.updatedBy(),
          restricted.updatedAt());
    }
  }
}
