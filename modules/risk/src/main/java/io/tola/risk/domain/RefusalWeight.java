package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.risk.api.RiskSeverity;
import java.util.Optional;

/** How much it matters that a control refused an order. */
public final class RefusalWeight {

  private RefusalWeight() {}

  /**
   * The severity of a refusal: WARNING where an order was out of all proportion or forbidden, INFO
   * for what a careful client meets every day, too little cash or a closed market.
   *
   * @return empty for a code that no control gives
   */
  public static Optional<RiskSeverity> of(int code) {
    return control(code)
        .map(
            control ->
                switch (control) {
                  case ORDER_RATE,
                      LOOK_ALIKE,
                      QUANTITY_FREEZE,
                      PRICE_BAND,
                      PRICE_COLLAR,
                      ORDER_VALUE,
                      OPEN_ORDER_VALUE,
                      POSITION_QUANTITY,
                      POSITION_VALUE,
                      ALGO_TAG_MISSING,
                      SYMBOL_RESTRICTED,
                      SYMBOL_RESTRICTED_FOR_ACCOUNT ->
                      RiskSeverity.WARNING;
                  default -> RiskSeverity.INFO;
                });
  }

  /** The control's code by its number. */
  public static Optional<RiskRejectCode> control(int code) {
    for (RiskRejectCode control : RiskRejectCode.values()) {
      if (control.number() == code) {
        return Optional.of(control);
      }
    }
    return Optional.empty();
  }
}
