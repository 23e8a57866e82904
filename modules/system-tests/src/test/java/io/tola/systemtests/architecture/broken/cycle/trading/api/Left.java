package io.tola.systemtests.architecture.broken.cycle.trading.api;

import io.tola.systemtests.architecture.broken.cycle.trading.api.spi.Right;

/** Half of a cycle. */
@SuppressWarnings("all")
public final class Left {

  public Object right() {
    return new Right();
  }
}
