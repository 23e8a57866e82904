package io.tola.strategy.domain;

import io.tola.kernel.problem.FieldError;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.ParameterSpec.Kind;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters as people or tables spell them, judged against a strategy's specs. */
public final class SettingsForm {

  private static final String PREFIX = "parameters.";
  private static final int DECIMALS = 6;
  private static final int DIGITS = 30;

  private SettingsForm() {}

  /**
   * What was read.
   *
   * @param settings null when there are errors
   * @param errors what is wrong, field by field, as {@code parameters.fast}
   */
  public record Read(Settings settings, List<FieldError> errors) {}

  /**
   * Reads values as a caller gives them: {@code BigDecimal} or {@code String} by name. What is missing
   * gets its default.
   */
  public static Read of(TradingStrategy strategy, Map<String, Object> given) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    for (ParameterSpec spec : strategy.parameters()) {
      Object value = given.get(spec.name());
      if (value == null) {
        values.put(spec.name(), byDefault(spec));
        continue;
      }
      String wrong = wrong(spec, value);
      if (wrong == null) {
        values.put(spec.name(), value instanceof BigDecimal number ? plain(number) : value);
      } else {
        errors.add(new FieldError(PREFIX + spec.name(), wrong));
      }
    }
    for (String name : given.keySet()) {
      if (strategy.parameters().stream().noneMatch(spec -> spec.name().equals(name))) {
        errors.add(
            new FieldError(
                PREFIX + (name.length() <= 64 ? name : name.substring(0, 61) + "..."),
                "is not known to " + strategy.name()));
      }
    }
    if (!errors.isEmpty()) {
      return new Read(null, List.copyOf(errors));
    }
    Settings settings = new Settings(values);
    for (FieldError conflict : strategy.conflicts(settings)) {
      errors.add(new FieldError(PREFIX + conflict.field(), conflict.message()));
    }
    return errors.isEmpty() ? new Read(settings, List.of()) : new Read(null, List.copyOf(errors));
  }

  /** Reads values as a table's JSON gives them: all as text. */
  public static Read ofText(TradingStrategy strategy, Map<String, String> stored) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Map.Entry<String, String> value : stored.entrySet()) {
      boolean number =
          strategy.parameters().stream()
              .anyMatch(s -> s.name().equals(value.getKey()) && s.kind() != Kind.CHOICE);
      given.put(value.getKey(), number ? number(value.getValue()) : value.getValue());
    }
    return of(strategy, given);
  }

  /** All defaults. */
  public static Settings defaults(TradingStrategy strategy) {
    return of(strategy, Map.of()).settings();
  }

  private static Object number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      // Text where a number belongs: refused as such.
      return text;
    }
  }

  private static Object byDefault(ParameterSpec spec) {
    return spec.kind() == Kind.CHOICE ? spec.byDefault() : new BigDecimal(spec.byDefault());
  }

  private static String wrong(ParameterSpec spec, Object value) {
    if (spec.kind() == Kind.CHOICE) {
      return value instanceof String text && spec.choices().contains(text)
          ? null
          : "must be one of " + String.join(", ", spec.choices());
    }
    if (!(value instanceof BigDecimal number)) {
      return "must be a number";
    }
    if (number.precision() > DIGITS || Math.abs((long) number.scale()) > DIGITS) {
      return "must be from " + spec.min() + " to " + spec.max();
    }
    int decimals = plain(number).scale();
    if (spec.kind() == Kind.INTEGER && decimals > 0) {
      return "must be a whole number";
    }
    if (decimals > DECIMALS) {
      return "must have at most six decimals";
    }
    if (number.compareTo(spec.min()) < 0 || number.compareTo(spec.max()) > 0) {
      return "must be from " + spec.min() + " to " + spec.max();
    }
    return null;
  }

  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
