package io.tola.trading.application;

import io.tola.market.api.MarketData;
import io.tola.market.api.SessionPhase;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.util.function.Consumer;

/**
 * Expires what still works when the session has closed: no order outlives its day.
 *
 * <p>Runs on every node; the lane checks again under the account's lock that the order still works and
 * the market is still closed, so doing it twice changes nothing. In a market that never closes it
 * never asks the database.
 */
final class SessionEnd {

  private static final int MOST = 1_000;

  private final OrderStore orders;
  private final MarketData market;
  private final Consumer<Command> submit;

  SessionEnd(OrderStore orders, MarketData market, Consumer<Command> submit) {
    this.orders = orders;
    this.market = market;
    this.submit = submit;
  }

  /** Sends the working orders to their lanes if the session has ended; returns how many. */
  int expire() {
    if (market.phase() != SessionPhase.CLOSED) {
      return 0;
    }
    int sent = 0;
    for (OrderKey key : orders.working(MOST)) {
      submit.accept(new Command.Expire(key));
      sent++;
    }
    return sent;
  }
}
