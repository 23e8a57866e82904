package io.tola.gateway.rest.body;

import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** What a strategy said at the close of one bar. */
public record SignalShape(
    UUID signalId,
    String strategy,
    String symbol,
    String interval,
    Instant barStart,
    long version,
    Direction direction,
    BigDecimal confidence,
    BigDecimal close,
    String reason,
    Map<String, BigDecimal> features,
    Signal.Source source,
    String createdBy,
    Instant createdAt) {

  public static SignalShape of(Signal signal) {
    return new SignalShape(
        signal.id(),
        signal.strategy(),
        signal.symbol().value(),
        signal.interval().code(),
        signal.barStart(),
        signal.version(),
        signal.direction(),
        signal.confidence(),
        Amounts.of(signal.close()),
        signal.reason(),
        signal.features(),
        signal.source(),
        signal.createdBy(),
        signal.createdAt());
  }
}
