package io.tola.trading.application;

import io.tola.market.api.MarketData;
import io.tola.market.api.SessionPhase;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Expires what still works when the session has closed: no order outlives its day.
 *
 * <p>Runs on every node; the lane checks again under the account's lock that the order still works and
 * the market is still closed, so doing it twice changes nothing. In a market that never closes it
 * never asks the database.
 */
final class SessionEnd {

  private static final System.Logger LOG = System.getLogger(SessionEnd.class.getName());

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int MOST = 1_000;

  private final OrderStore orders;
  private final MarketData market;
  private final Consumer<Command> submit;
  private final Thread thread;
  private volatile boolean stopped;

  SessionEnd(
      OrderStore orders, MarketData market, Consumer<Command> submit, ThreadFactory threads) {
    this.orders = orders;
    this.market = market;
    this.submit = submit;
    this.thread = threads.newThread(this::run);
    this.thread.setName("tola-session-end");
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void run() {
    while (!stopped) {
      try {
        Thread.sleep(EVERY.toMillis());
        expire();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // The database is away, most likely; the market stays closed long enough to try again.
        LOG.log(System.Logger.Level.DEBUG, "Working orders can't be read", e);
      }
    }
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
