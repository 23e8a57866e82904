package io.tola.strategy.api;

import java.math.BigDecimal;
import java.util.List;

/**
 * One parameter of a strategy: what it may be, and what it is when nobody says.
 *
 * @param name snake case, as in JSON
 * @param kind what values it takes
 * @param min smallest value; null for a choice
 * @param max largest value; null for a choice
 * @param choices the values of a choice, exactly as spelled; empty otherwise
 * @param byDefault the default, as text
 * @param description one sentence for people
 */
public record ParameterSpec(
    String name,
    Kind kind,
    BigDecimal min,
    BigDecimal max,
    List<String> choices,
    String byDefault,
    String description) {

  /** What values a parameter takes. */
  public enum Kind {
    /** A whole number. */
    INTEGER,
    /** A number with at most six decimals. */
    DECIMAL,
    /** One of a few words. */
    CHOICE
  }

  public ParameterSpec {
    choices = List.copyOf(choices);
  }

  /** A whole number from {@code min} to {@code max}. */
  public static ParameterSpec whole(
      String name, int byDefault, int min, int max, String description) {
    return new ParameterSpec(
        name,
        Kind.INTEGER,
        BigDecimal.valueOf((long) min),
        BigDecimal.valueOf((long) max),
        List.of(),
        Integer.toString(byDefault),
        description);
  }

  /** A decimal from {@code min} to {@code max}, all three as text. */
  public static ParameterSpec decimal(
      String name, String byDefault, String min, String max, String description) {
    return new ParameterSpec(
        name,
        Kind.DECIMAL,
        new BigDecimal(min),
        new BigDecimal(max),
        List.of(),
        byDefault,
        description);
  }

  /** One of {@code choices}, the first of them by default. */
  public static ParameterSpec choice(String name, List<String> choices, String description) {
    return new ParameterSpec(name, Kind.CHOICE, null, null, choices, choices.get(0), description);
  }
}
