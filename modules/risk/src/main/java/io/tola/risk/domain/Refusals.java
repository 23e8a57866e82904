package io.tola.risk.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Spells refusals: the code, one sentence, and the same as figures. */
final class Refusals {

  private Refusals() {}

  /**
   * @param figures names and values by turns; what the audit trail keeps
   */
  static Refusal of(RiskRejectCode code, String sentence, Object... figures) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("control", code.name());
    for (int i = 0; i < figures.length; i += 2) {
      detail.put((String) figures[i], plain(figures[i + 1]));
    }
    return new Refusal(code.number(), sentence, detail);
  }

  /** What canonical JSON knows. */
  private static Object plain(Object value) {
    if (value instanceof Money m) {
      return m.value();
    }
    if (value instanceof Price p) {
      return p.value();
    }
    if (value instanceof Quantity q) {
      return q.value();
    }
    return value instanceof Symbol s ? s.value() : value;
  }
}
