package io.tola.strategy.api;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What a strategy said at the close of one bar. Said once: working it out again for the same bar and
 * settings finds this one.
 *
 * @param id UUIDv7
 * @param strategy its name
 * @param barStart first instant of the bar; the signal holds from the bar's end on
 * @param version of the settings it was worked out with
 * @param confidence 0 to 1; what it measures is the strategy's word
 * @param close the bar's closing price
 * @param reason one sentence with the figures
 * @param features what the strategy saw, by name, six decimals
 * @param source ON_DEMAND, TIMER or IMPORTED
 * @param createdBy who ran it
 */
public record Signal(
    UUID id,
    String strategy,
    Symbol symbol,
    Interval interval,
    Instant barStart,
    long version,
    Direction direction,
    BigDecimal confidence,
    Price close,
    String reason,
    Map<String, BigDecimal> features,
    Source source,
    String createdBy,
    Instant createdAt) {

  /** What made the strategy speak. */
  public enum Source {
    ON_DEMAND,
    TIMER,
    IMPORTED
  }
}
