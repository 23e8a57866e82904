package io.tola.strategy.api.spi;

import io.tola.strategy.api.ParameterSpec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values of a strategy's parameters, each within its {@link ParameterSpec}. Immutable.
 *
 * @param values {@code BigDecimal} or {@code String} for every parameter, in the order of the specs
 */
public record Settings(Map<String, Object> values) {

  public Settings {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * The value of a whole number.
   *
   * @throws IllegalArgumentException when the strategy has no such parameter
   */
  public int whole(String name) {
    return decimal(name).intValueExact();
  }

  /** The value of a number. */
  public BigDecimal decimal(String name) {
    return (BigDecimal) value(name);
  }

  /** The value of a choice. */
  public String choice(String name) {
    return (String) value(name);
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return value;
  }
}
