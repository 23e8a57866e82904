package io.tola.schema.importer;

import java.math.BigDecimal;
import java.time.Instant;

/** What the platform's value types take: the kernel's Price and Quantity, which nothing here may depend on. */
final class Limits {

  static final BigDecimal PRICES_BELOW = new BigDecimal("1000000000");
  static final int PRICE_DECIMALS = 4;
  static final long MOST_SHARES = 1_000_000_000L;

  /** Of money: sums must fit numeric(24, 4) together. */
  static final BigDecimal MONEY_BELOW = new BigDecimal("1000000000000000000");

  /** NSE began in the nineties; a timestamp before is a mistake. */
  static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  private Limits() {}
}
