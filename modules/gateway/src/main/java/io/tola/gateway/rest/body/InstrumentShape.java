package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.market.api.Instrument;
import java.math.BigDecimal;
import java.time.LocalDate;

/** One listed share and its trading rules. */
public record InstrumentShape(
    String symbol,
    String isin,
    String name,
    String industry,
    BigDecimal tickSize,
    long lotSize,
    BigDecimal priceBandPct,
    long freezeQuantity,
    boolean tradable,
    LocalDate asOf)
    implements Shape {

  public static InstrumentShape of(Instrument instrument) {
    return new InstrumentShape(
        instrument.symbol().value(),
        instrument.isin(),
        instrument.name(),
        instrument.industry(),
        Amounts.of(instrument.tickSize()),
        instrument.lotSize().value(),
        Amounts.of(instrument.priceBandPct()),
        instrument.freezeQuantity().value(),
        instrument.tradable(),
        instrument.asOf());
  }
}
