package io.tola.risk.application;

import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardKind;
import io.tola.risk.domain.GuardThreshold;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the guards are set.
 *
 * @param on whether they watch at all
 * @param every how often they look
 * @param stages of the market-wide move, per cent, rising
 * @param staleAfter a quote older than this is stale
 * @param window of volatility
 */
public record GuardSettings(
    boolean on,
    Duration every,
    Map<GuardKind, GuardThreshold> thresholds,
    Map<GuardKind, GuardAction> actions,
    List<Integer> stages,
    Duration staleAfter,
    Duration window) {

  private static final Map<GuardKind, String[]> DEFAULTS =
      Map.of(
          GuardKind.DRAWDOWN, new String[] {"5", "10"},
          GuardKind.VOLATILITY, new String[] {"3", "6"},
          GuardKind.GAP, new String[] {"5", "10"},
          GuardKind.SPREAD, new String[] {"1", "3"},
          GuardKind.STALE_QUOTES, new String[] {"10", "50"},
          GuardKind.MARKET_MOVE, new String[] {"5", "10"});

  /** Half of the five seconds within which a guard acts leaves the other half for acting. */
  private static final long SLOWEST_MILLIS = 2_500;

  /**
   * Reads the settings.
   *
   * @param config gives the value of a name, or empty
   * @throws IllegalArgumentException naming what is wrong
   */
  public static GuardSettings read(Function<String, Optional<String>> config) {
    Map<GuardKind, GuardThreshold> thresholds = new EnumMap<>(GuardKind.class);
    Map<GuardKind, GuardAction> actions = new EnumMap<>(GuardKind.class);
    for (GuardKind guard : GuardKind.values()) {
      String name = "tola.guards." + guard.code().replace('_', '-');
      String[] defaults = DEFAULTS.get(guard);
      thresholds.put(
          guard,
          new GuardThreshold(
              decimal(config, name + "-warning-pct", defaults[0]),
              decimal(config, name + "-critical-pct", defaults[1])));
      actions.put(guard, action(config, name + "-action"));
    }
    List<Integer> stages = new ArrayList<>();
    String text = config.apply("tola.guards.market-move-stages-pct").orElse("10,15,20");
    for (String stage : text.split(",")) {
      int value = (int) whole("tola.guards.market-move-stages-pct", stage.strip(), 1, 100);
      if (!stages.isEmpty() && value <= stages.get(stages.size() - 1)) {
        throw new IllegalArgumentException(
            "tola.guards.market-move-stages-pct must rise, not " + text);
      }
      stages.add(value);
    }
    return new GuardSettings(
        Boolean.parseBoolean(config.apply("tola.guards.enabled").orElse("true")),
        millis(config, "tola.guards.interval-ms", "1000", 100, SLOWEST_MILLIS),
        thresholds,
        actions,
        stages,
        millis(config, "tola.guards.stale-after-ms", "15000", 100, 3_600_000),
        millis(config, "tola.guards.volatility-window-ms", "300000", 1_000, 3_600_000));
  }

  private static GuardAction action(Function<String, Optional<String>> config, String name) {
    String text = config.apply(name).orElse("alert");
    try {
      return GuardAction.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          name + " must be alert, reduce-only or halt, not " + text, e);
    }
  }

  private static BigDecimal decimal(
      Function<String, Optional<String>> config, String name, String byDefault) {
    String text = config.apply(name).orElse(byDefault);
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, not " + text, e);
    }
  }

  private static Duration millis(
      Function<String, Optional<String>> config,
      String name,
      String byDefault,
      long min,
      long max) {
    return Duration.ofMillis(whole(name, config.apply(name).orElse(byDefault), min, max));
  }

  private static long whole(String name, String text, long min, long max) {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new IllegalArgumentException(
        name + " must be from " + min + " to " + max + ", not " + text);
  }
}
