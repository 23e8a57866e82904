package io.tola.trading.application;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.function.BooleanSupplier;

/**
 * From when on MIS positions are squared off, each day until midnight. Never in a market without a
 * close. Immutable, thread-safe.
 *
 * @param from the exchange's local time
 * @param marketCloses whether the market has a close
 */
record SquareOffTime(LocalTime from, BooleanSupplier marketCloses) {

  private static final ZoneId EXCHANGE = ZoneId.of("Asia/Kolkata");

  /** Whether the hour has come. */
  boolean reached(Instant now) {
    return marketCloses.getAsBoolean() && !now.atZone(EXCHANGE).toLocalTime().isBefore(from);
  }
}
