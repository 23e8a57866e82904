package io.tola.market;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Instruments and quotes that tests share, named by what they are. */
public final class Samples {

  public static final Instant MORNING = Instant.parse("2026-11-20T04:00:00Z");

  private Samples() {}

  public static Instrument instrument(String symbol, String industry, String tick, String band) {
    return new Instrument(
        new Symbol(symbol),
        "INE000A01000",
        symbol + " Ltd.",
        industry,
        new BigDecimal(tick),
        Quantity.of(1),
        band == null ? null : new BigDecimal(band),
        Quantity.of(10_000),
        true,
        LocalDate.of(2024, 5, 31));
  }

  public static Instrument instrument(String symbol) {
    return instrument(symbol, "Power", "0.05", "10");
  }

  public static List<Instrument> instruments(String... symbols) {
    List<Instrument> instruments = new ArrayList<>();
    for (String symbol : symbols) {
      instruments.add(instrument(symbol));
    }
    return instruments;
  }

  public static Quote quote(String symbol, String last, long sequence) {
    return quote(symbol, last, sequence, Quote.Source.SIMULATED, MORNING);
  }

  public static Quote quote(
      String symbol, String last, long sequence, Quote.Source source, Instant at) {
    Price price = Price.of(last);
    return new Quote(
        new Symbol(symbol),
        price,
        Quantity.of(300),
        new Price(price.value().add(new BigDecimal("0.05"))),
        Quantity.of(400),
        price,
        price,
        price,
        price,
        Price.of("99.5"),
        12_345,
        at,
        at,
        sequence,
        source);
  }
}
