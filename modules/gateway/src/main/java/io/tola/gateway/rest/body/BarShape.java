package io.tola.gateway.rest.body;

import io.tola.market.api.Bar;
import java.math.BigDecimal;
import java.time.Instant;

/** Open, high, low, close and volume of one interval. */
public record BarShape(
    Instant start,
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal close,
    long volume) {

  public static BarShape of(Bar bar) {
    return new BarShape(
        bar.start(),
        bar.open().value(),
        bar.high().value(),
        bar.low().value(),
        bar.close().value(),
        bar.volume());
  }
}
