package io.tola.systemtests.architecture.broken.cycle.trading.api.spi;

import io.tola.systemtests.architecture.broken.cycle.trading.api.Left;

/** The other half. */
@SuppressWarnings("all")
public final class Right {

  public Object left() {
    return new Left();
  }
}
