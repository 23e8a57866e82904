package io.tola.systemtests.architecture.broken.modulecycle.trading.api;

import io.tola.systemtests.architecture.broken.modulecycle.market.api.Quote;

/** The other half. */
@SuppressWarnings("all")
public final class Order {

  public Object quote() {
    return new Quote();
  }
}
