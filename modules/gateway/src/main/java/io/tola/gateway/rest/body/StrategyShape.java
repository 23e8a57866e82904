package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.kernel.Symbol;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.StrategyView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A strategy and how it is set.
 *
 * @param parameters the value of every parameter: a number or a string
 */
public record StrategyShape(
    String strategy,
    String title,
    String description,
    Map<String, Object> parameters,
    List<Parameter> parameterSpecs,
    String interval,
    List<String> symbols,
    boolean enabled,
    Integer scheduleSeconds,
    int barsNeeded,
    Instant lastRunAt,
    long version,
    String updatedBy,
    Instant updatedAt)
    implements Shape {

  /** What a parameter may be. */
  public record Parameter(
      String name,
      ParameterSpec.Kind kind,
      BigDecimal min,
      BigDecimal max,
      List<String> choices,
      String defaultValue,
      String description) {}

  public static StrategyShape of(StrategyView view) {
    return new StrategyShape(
        view.name(),
        view.title(),
        view.description(),
        view.parameters(),
        view.specs().stream()
            .map(
                spec ->
                    new Parameter(
                        spec.name(),
                        spec.kind(),
                        spec.min(),
                        spec.max(),
                        spec.choices(),
                        spec.byDefault(),
                        spec.description()))
            .toList(),
        view.interval().code(),
        view.symbols().stream().map(Symbol::value).toList(),
        view.enabled(),
        view.scheduleSeconds(),
        view.barsNeeded(),
        view.lastRunAt(),
        view.version(),
        view.updatedBy(),
        view.updatedAt());
  }
}
