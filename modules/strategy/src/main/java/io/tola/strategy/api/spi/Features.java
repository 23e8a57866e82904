package io.tola.strategy.api.spi;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a strategy sees at the close of one bar: numbers by name, in the strategy's order. All that a
 * decision is made of, be it by a rule or by a trained model. Immutable.
 *
 * @param values never null, never without a number
 */
public record Features(Map<String, BigDecimal> values) {

  public Features {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (values.containsValue(null)) {
      throw new IllegalArgumentException("a feature without a value: " + values);
    }
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public BigDecimal get(String name) {
    BigDecimal value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no feature " + name);
    }
    return value;
  }
}
