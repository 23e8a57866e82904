package io.tola.risk.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a portfolio's values by symbol come to. Exact; only shares are rounded.
 *
 * <p>Concentration is measured by the Herfindahl-Hirschman index of the shares of gross value
 * (Herfindahl 1950, Hirschman 1945): between 1/n and 1 for n symbols.
 *
 * @param gross sum of the values without their signs
 * @param net sum with them
 */
public record Exposure(BigDecimal gross, BigDecimal net, Map<String, BigDecimal> bySymbol) {

  /** Decimals of shares; half up. */
  static final int SCALE = 6;

  /** Of values by symbol, negative when short. */
  public static Exposure of(Map<String, BigDecimal> values) {
    BigDecimal gross = BigDecimal.ZERO;
    BigDecimal net = BigDecimal.ZERO;
    TreeMap<String, BigDecimal> kept = new TreeMap<>();
    for (Map.Entry<String, BigDecimal> value : values.entrySet()) {
      if (value.getValue().signum() != 0) {
        gross = gross.add(value.getValue().abs());
        net = net.add(value.getValue());
        kept.put(value.getKey(), value.getValue());
      }
    }
    return new Exposure(gross, net, kept);
  }

  /** Sum of the long values. */
  public BigDecimal longs() {
    return gross.add(net).divide(BigDecimal.valueOf(2));
  }

  /** Sum of the short values, without their sign. */
  public BigDecimal shorts() {
    return gross.subtract(net).divide(BigDecimal.valueOf(2));
  }

  /** The symbol of the largest value, long or short, the first of equal ones; null without any. */
  public String largest() {
    String largest = null;
    for (Map.Entry<String, BigDecimal> value : bySymbol.entrySet()) {
      if (largest == null || value.getValue().abs().compareTo(bySymbol.get(largest).abs()) > 0) {
        largest = value.getKey();
      }
    }
    return largest;
  }

  /** The share of the largest, 0 to 1; null without any. */
  public BigDecimal largestShare() {
    String largest = largest();
    return largest == null
        ? null
        : bySymbol.get(largest).abs().divide(gross, SCALE, RoundingMode.HALF_UP);
  }

  /** Sum of the squared shares; null without any. */
  public BigDecimal herfindahl() {
    if (bySymbol.isEmpty()) {
      return null;
    }
    return squares().divide(gross.multiply(gross), SCALE, RoundingMode.HALF_UP);
  }

  /** One by the index: how many equal symbols would be as concentrated; two decimals, half up. */
  public BigDecimal effectiveSymbols() {
    if (bySymbol.isEmpty()) {
      return null;
    }
    return gross.multiply(gross).divide(squares(), 2, RoundingMode.HALF_UP);
  }

  private BigDecimal squares() {
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal value : bySymbol.values()) {
      squares = squares.add(value.multiply(value));
    }
    return squares;
  }
}
