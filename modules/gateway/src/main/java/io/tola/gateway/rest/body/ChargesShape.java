package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.Charges;
import java.math.BigDecimal;

/** Fees and taxes, to four decimals; the total is of what is shown. */
public record ChargesShape(
    BigDecimal brokerage,
    BigDecimal stt,
    BigDecimal exchangeFee,
    BigDecimal ipft,
    BigDecimal sebiFee,
    BigDecimal stampDuty,
    BigDecimal gst,
    BigDecimal total)
    implements Shape {

  public static ChargesShape of(Charges exact) {
    Charges charges = exact.rounded();
    return new ChargesShape(
        Amounts.of(charges.brokerage()),
        Amounts.of(charges.stt()),
        Amounts.of(charges.exchangeFee()),
        Amounts.of(charges.ipft()),
        Amounts.of(charges.sebiFee()),
        Amounts.of(charges.stampDuty()),
        Amounts.of(charges.gst()),
        Amounts.of(charges.total()));
  }
}
