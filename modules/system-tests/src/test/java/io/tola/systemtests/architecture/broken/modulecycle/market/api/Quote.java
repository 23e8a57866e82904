package io.tola.systemtests.architecture.broken.modulecycle.market.api;

import io.tola.systemtests.architecture.broken.modulecycle.trading.api.Order;

/** Half of a cycle. */
@SuppressWarnings("all")
public final class Quote {

  public Object order() {
    return new Order();
  }
}
