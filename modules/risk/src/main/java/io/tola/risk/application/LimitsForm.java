package io.tola.risk.application;

import io.tola.kernel.Money;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.domain.LookAlikeControl;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Limits as people write them: what is wrong with them, and how the audit trail spells them. */
final class LimitsForm {

  static final int MAX_ORDERS_PER_SECOND = 1_000_000;
  static final int MAX_RESTRICTED = 1_000;

  /** Ten trillion rupees: beyond any limit that limits, and well within the columns. */
  private static final Money MAX_VALUE = Money.of("10000000000000");

  private static final BigDecimal MAX_COLLAR = new BigDecimal("100");
  private static final int MAX_COLLAR_DECIMALS = 4;

  private LimitsForm() {}

  /** What is wrong, field by field; empty when nothing is. */
  static List<FieldError> errors(AccountLimits limits) {
    List<FieldError> errors = new ArrayList<>();
    value(errors, "max_order_value", limits.maxOrderValue());
    value(errors, "max_open_order_value", limits.maxOpenOrderValue());
    value(errors, "max_position_value", limits.maxPositionValue());
    Long shares = limits.maxPositionQuantity();
    if (shares != null && (shares < 1 || shares > Quantity.MAX)) {
      errors.add(new FieldError("max_position_quantity", "must be from 1 to " + Quantity.MAX));
    }
    Integer pace = limits.maxOrdersPerSecond();
    if (pace == null) {
      errors.add(new FieldError("max_orders_per_second", "is required"));
    } else if (pace < 1 || pace > MAX_ORDERS_PER_SECOND) {
      errors.add(
          new FieldError("max_orders_per_second", "must be from 1 to " + MAX_ORDERS_PER_SECOND));
    }
    BigDecimal collar = limits.priceCollarPct();
    if (collar != null) {
      if (collar.signum() <= 0 || collar.compareTo(MAX_COLLAR) > 0) {
        errors.add(new FieldError("price_collar_pct", "must be above 0 and at most " + MAX_COLLAR));
      } else if (collar.stripTrailingZeros().scale() > MAX_COLLAR_DECIMALS) {
        errors.add(new FieldError("price_collar_pct", "must have at most four decimals"));
      }
    }
    Integer window = limits.lookAlikeWindowMillis();
    long longest = LookAlikeControl.LONGEST_WINDOW.toMillis();
    if (window != null && (window < 1 || window > longest)) {
      errors.add(new FieldError("look_alike_window_millis", "must be from 1 to " + longest));
    }
    symbols(errors, limits);
    if (limits.version() < 0) {
      errors.add(new FieldError("version", "must not be negative"));
    }
    return errors;
  }

  private static void value(List<FieldError> errors, String field, Money value) {
    if (value != null && (value.value().signum() <= 0 || value.compareTo(MAX_VALUE) > 0)) {
      errors.add(new FieldError(field, "must be above 0 and at most " + MAX_VALUE));
    }
  }

  private static void symbols(List<FieldError> errors, AccountLimits limits) {
    if (limits.restrictedSymbols() == null) {
      errors.add(new FieldError("restricted_symbols", "is required; empty means none"));
      return;
    }
    if (limits.restrictedSymbols().size() > MAX_RESTRICTED) {
      errors.add(
          new FieldError("restricted_symbols", "must hold at most " + MAX_RESTRICTED + " symbols"));
      return;
    }
    for (String symbol : limits.restrictedSymbols()) {
      try {
        new Symbol(symbol);
      } catch (InvalidValueException e) {
        errors.add(new FieldError("restricted_symbols", "a symbol " + e.getMessage()));
        return;
      }
    }
  }

  /**
   * The fields in which the wished limits let more through than those that hold: a higher or no
   * limit, a wider collar, a shorter or no look-alike window, a symbol no longer restricted.
   */
  static List<String> raised(AccountLimits holds, AccountLimits wished) {
    List<String> raised = new ArrayList<>();
    higher(raised, "max_order_value", holds.maxOrderValue(), wished.maxOrderValue());
    higher(raised, "max_open_order_value", holds.maxOpenOrderValue(), wished.maxOpenOrderValue());
    higher(
        raised, "max_position_quantity", holds.maxPositionQuantity(), wished.maxPositionQuantity());
    higher(raised, "max_position_value", holds.maxPositionValue(), wished.maxPositionValue());
    higher(
        raised, "max_orders_per_second", holds.maxOrdersPerSecond(), wished.maxOrdersPerSecond());
    higher(raised, "price_collar_pct", holds.priceCollarPct(), wished.priceCollarPct());
    Integer window = holds.lookAlikeWindowMillis();
    Integer next = wished.lookAlikeWindowMillis();
    if (window != null && (next == null || next < window)) {
      raised.add("look_alike_window_millis");
    }
    if (!wished.restrictedSymbols().containsAll(holds.restrictedSymbols())) {
      raised.add("restricted_symbols");
    }
    return raised;
  }

  private static <T extends Comparable<T>> void higher(
      List<String> raised, String field, T holds, T wished) {
    if (holds != null && (wished == null || wished.compareTo(holds) > 0)) {
      raised.add(field);
    }
  }

  /** The limits as figures for the audit trail. */
  static Map<String, Object> figures(AccountLimits limits) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("max_order_value", rupees(limits.maxOrderValue()));
    figures.put("max_open_order_value", rupees(limits.maxOpenOrderValue()));
    figures.put("max_position_quantity", limits.maxPositionQuantity());
    figures.put("max_position_value", rupees(limits.maxPositionValue()));
    figures.put("max_orders_per_second", limits.maxOrdersPerSecond());
    figures.put("price_collar_pct", limits.priceCollarPct());
    figures.put("look_alike_window_millis", limits.lookAlikeWindowMillis());
    figures.put("restricted_symbols", List.copyOf(new TreeSet<>(limits.restrictedSymbols())));
    figures.put("version", limits.version());
    return figures;
  }

  private static BigDecimal rupees(Money money) {
    return money == null ? null : money.value();
  }
}
