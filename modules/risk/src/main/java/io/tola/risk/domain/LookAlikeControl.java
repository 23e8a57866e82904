package io.tola.risk.domain;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses an order like one of a moment ago: same account, symbol, side, quantity and price, another
 * client_order_id. Off unless the account's limits set a window.
 *
 * <p>It must be the last control: it remembers the orders it lets pass. The memory is this node's and
 * is lost with it, so two nodes may each let one of two alike orders pass: a guard against a key
 * pressed twice and a loop gone wild, not a promise. (That one client_order_id never trades twice is
 * a promise, and the database's.) The same client_order_id is no look-alike: a batch whose
 * transaction failed is checked again.
 *
 * <p>Source: SEC Rule 15c3-5(c)(1)(ii), orders that appear to be duplicative; RTS 6 (EU) 2017/589,
 * art. 15(3), repeated automated execution throttles; SEBI CIR/MRD/DP/09/2012, loops and runaways.
 */
public final class LookAlikeControl implements Control {

  /** No window is longer: what is older can be forgotten. */
  public static final Duration LONGEST_WINDOW = Duration.ofSeconds(60);

  private static final int SWEEP_EVERY = 4_096;

  private record Likeness(
      AccountId account, Symbol symbol, Side side, Quantity quantity, Price price) {}

  private record Seen(ClOrdID clOrdId, Instant at) {}

  private final ConcurrentHashMap<Likeness, Seen> recent = new ConcurrentHashMap<>();
  private int sinceSweep;

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    Integer window = rules.limits().lookAlikeWindowMillis();
    if (window == null) {
      return null;
    }
    PlaceOrder request = order.order();
    Likeness likeness =
        new Likeness(
            request.accountId(),
            request.symbol(),
            request.side(),
            request.quantity(),
            request.price());
    Seen seen = recent.get(likeness);
    if (seen != null && !seen.clOrdId().equals(request.clOrdId())) {
      long millis = Duration.between(seen.at(), order.now()).toMillis();
      if (millis < window) {
        return Refusals.of(
            RiskRejectCode.LOOK_ALIKE,
            "Order "
                + seen.clOrdId()
                + " of "
                + millis
                + " ms ago is alike in symbol, side, quantity and price; the window is "
                + window
                + " ms",
            "limit",
            window,
            "value",
            millis,
            "like",
            seen.clOrdId().value());
      }
    }
    recent.put(likeness, new Seen(request.clOrdId(), order.now()));
    sweep(order.now());
    return null;
  }

  /** Forgets what no window reaches any more. The count may lose a step between threads: no harm. */
  private void sweep(Instant now) {
    if (++sinceSweep < SWEEP_EVERY) {
      return;
    }
    sinceSweep = 0;
    Instant horizon = now.minus(LONGEST_WINDOW);
    recent.values().removeIf(seen -> seen.at().isBefore(horizon));
  }

  int remembered() {
    return recent.size();
  }
}
