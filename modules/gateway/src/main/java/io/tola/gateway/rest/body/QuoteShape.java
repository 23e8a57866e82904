package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.market.api.Quote;
import java.math.BigDecimal;
import java.time.Instant;

/** The market in one symbol. */
public record QuoteShape(
    String symbol,
    BigDecimal bid,
    long bidSize,
    BigDecimal ask,
    long askSize,
    BigDecimal last,
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal previousClose,
    long volume,
    BigDecimal changePct,
    Instant timestamp,
    Quote.Source source)
    implements Shape {

  public static QuoteShape of(Quote quote) {
    return new QuoteShape(
        quote.symbol().value(),
        quote.bid().value(),
        quote.bidSize().value(),
        quote.ask().value(),
        quote.askSize().value(),
        quote.last().value(),
        quote.open().value(),
        quote.high().value(),
        quote.low().value(),
        quote.previousClose().value(),
        quote.volume(),
        quote.changePct(),
        quote.timestamp(),
        quote.source());
  }
}
