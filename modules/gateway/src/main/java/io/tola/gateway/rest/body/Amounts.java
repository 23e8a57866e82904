package io.tola.gateway.rest.body;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import java.math.BigDecimal;

/** Amounts as the contract prints them: two decimals at least, no trailing zeros beyond. */
final class Amounts {

  private Amounts() {}

  static BigDecimal of(BigDecimal value) {
    if (value == null || value.scale() == 2) {
      return value;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 2 ? stripped.setScale(2) : stripped;
  }

  static BigDecimal of(Money money) {
    return money == null ? null : money.value();
  }

  static BigDecimal of(Price price) {
    return price == null ? null : price.value();
  }
}
