package io.tola.gateway.rest.body;

import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Shape;
import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.risk.api.AccountLimits;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** One account's limits, or the defaults without one; a limit that is null is none. */
public record LimitsShape(
    UUID accountId,
    BigDecimal maxOrderValue,
    BigDecimal maxOpenOrderValue,
    Long maxPositionQuantity,
    BigDecimal maxPositionValue,
    int maxOrdersPerSecond,
    BigDecimal priceCollarPct,
    Integer lookAlikeWindowMillis,
    Set<String> restrictedSymbols,
    long version,
    String updatedBy,
    Instant updatedAt)
    implements Shape {

  private static final BigDecimal LARGEST = new BigDecimal("1000000000000000");
  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final int MAX_RESTRICTED = 500;

  public static LimitsShape of(AccountLimits limits) {
    return new LimitsShape(
        limits.accountId() == null ? null : limits.accountId().value(),
        Amounts.of(limits.maxOrderValue()),
        Amounts.of(limits.maxOpenOrderValue()),
        limits.maxPositionQuantity(),
        Amounts.of(limits.maxPositionValue()),
        limits.maxOrdersPerSecond(),
        Amounts.of(limits.priceCollarPct()),
        limits.lookAlikeWindowMillis(),
        new TreeSet<>(limits.restrictedSymbols()),
        limits.version(),
        limits.updatedBy(),
        limits.updatedAt());
  }

  /**
   * Reads a whole new set of limits: what isn't in the body is no limit.
   *
   * @param account null for the defaults
   * @throws io.tola.kernel.problem.ProblemException naming every wrong field
   */
  public static AccountLimits read(Fields body, AccountId account) {
    Money maxOrderValue = body.decimal("max_order_value", LimitsShape::amount);
    Money maxOpenOrderValue = body.decimal("max_open_order_value", LimitsShape::amount);
    Long maxPositionQuantity = body.whole("max_position_quantity", 0, 1_000_000_000_000L);
    Money maxPositionValue = body.decimal("max_position_value", LimitsShape::amount);
    Long maxOrdersPerSecond = body.requiredWhole("max_orders_per_second", 0, 1_000_000);
    BigDecimal collar = body.decimal("price_collar_pct", LimitsShape::per100);
    Long window = body.whole("look_alike_window_millis", 1, 86_400_000);
    Set<String> restricted = symbols(body);
    Long version = body.requiredWhole("version", 0, Long.MAX_VALUE);
    body.done();
    body.errors().throwIfAny();
    return new AccountLimits(
        account,
        maxOrderValue,
        maxOpenOrderValue,
        maxPositionQuantity,
        maxPositionValue,
        maxOrdersPerSecond.intValue(),
        collar,
        window == null ? null : window.intValue(),
        restricted,
        version,
        null,
        null);
  }

  private static Set<String> symbols(Fields body) {
    Set<String> symbols = new LinkedHashSet<>();
    List<com.fasterxml.jackson.databind.JsonNode> nodes =
        body.array("restricted_symbols", MAX_RESTRICTED);
    for (int i = 0; i < nodes.size(); i++) {
      String field = "restricted_symbols[" + i + "]";
      if (!nodes.get(i).isTextual()) {
        body.reject(field, "must be a string");
        continue;
      }
      String text = nodes.get(i).textValue();
      Symbol symbol = body.errors().make(field, () -> new Symbol(text));
      if (symbol != null) {
        symbols.add(symbol.value());
      }
    }
    return symbols;
  }

  private static Money amount(BigDecimal value) {
    if (value.signum() < 0 || value.compareTo(LARGEST) > 0) {
      throw new InvalidValueException("amount", "must be from 0 to " + LARGEST.toPlainString());
    }
    return new Money(value);
  }

  private static BigDecimal per100(BigDecimal value) {
    if (value.signum() < 0
        || value.compareTo(HUNDRED) > 0
        || value.stripTrailingZeros().scale() > 4) {
      throw new InvalidValueException(
          "percentage", "must be from 0 to 100, with at most four decimals");
    }
    return value;
  }
}
