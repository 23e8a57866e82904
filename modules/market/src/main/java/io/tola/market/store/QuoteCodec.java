package io.tola.market.store;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Quote;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Writes a quote as one short line of text for the shared cache: nothing that Java serialization
 * could be tricked with, and readable by a person. The sequence comes first, so that an unchanged
 * quote is recognised without reading the rest.
 */
final class QuoteCodec {

  private static final char SEPARATOR = '|';
  private static final int FIELDS = 15;

  private QuoteCodec() {}

  static String encode(Quote q) {
    StringBuilder out = new StringBuilder(160);
    out.append(q.sequence()).append(SEPARATOR);
    out.append(q.symbol()).append(SEPARATOR);
    out.append(q.bid()).append(SEPARATOR).append(q.bidSize()).append(SEPARATOR);
    out.append(q.ask()).append(SEPARATOR).append(q.askSize()).append(SEPARATOR);
    out.append(q.last()).append(SEPARATOR).append(q.open()).append(SEPARATOR);
    out.append(q.high()).append(SEPARATOR).append(q.low()).append(SEPARATOR);
    out.append(q.previousClose()).append(SEPARATOR).append(q.volume()).append(SEPARATOR);
    out.append(micros(q.timestamp())).append(SEPARATOR);
    out.append(micros(q.receivedAt())).append(SEPARATOR);
    out.append(q.source().name());
    return out.toString();
  }

  /** Empty when the text is not what this version writes: another version's node wrote it. */
  static Optional<Quote> decode(String text) {
    String[] f = text.split("\\|", -1);
    if (f.length != FIELDS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Quote(
              new Symbol(f[1]),
              Price.of(f[2]),
              Quantity.of(Long.parseLong(f[3])),
              Price.of(f[4]),
              Quantity.of(Long.parseLong(f[5])),
              Price.of(f[6]),
              Price.of(f[7]),
              Price.of(f[8]),
              Price.of(f[9]),
              Price.of(f[10]),
              Long.parseLong(f[11]),
              Instant.EPOCH.plus(Long.parseLong(f[12]), ChronoUnit.MICROS),
              Instant.EPOCH.plus(Long.parseLong(f[13]), ChronoUnit.MICROS),
              Long.parseLong(f[0]),
              Quote.Source.valueOf(f[14])));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
