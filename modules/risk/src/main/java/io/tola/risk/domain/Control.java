package io.tola.risk.domain;

import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/** One pre-trade control. Thread-safe; answers from what it is given. */
@FunctionalInterface
public interface Control {

  /** Returns why the order may not trade, or null when this control has nothing against it. */
  Refusal check(OrderUnderCheck order, Rules rules);
}
