package io.tola.risk.domain;

import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.OrderUnderCheck;
import java.util.Arrays;

/**
 * Prints what one order's controls cost on one core. Not a test; run its main method. Orders that pass
 * all controls are the dearest, so that is what is measured: half limit buys, half market sales.
 */
final class ControlsBench {

  private static final int ORDERS = 1_024;

  private ControlsBench() {}

  public static void main(String[] arguments) {
    OrderUnderCheck[] orders = new OrderUnderCheck[ORDERS];
    Rules[] rules = new Rules[ORDERS];
    for (int i = 0; i < ORDERS; i++) {
      Orders o = new Orders();
      o.quantity = 1L + i;
      o.clOrdId = "c-" + i;
      o.window = i % 4 == 0 ? 1 : null;
      o.now = Orders.NOW.plusMillis(i * 5L);
      o.receivedAt = o.now;
      if (i % 2 == 1) {
        o.side = Side.SELL;
        o.type = OrdType.MARKET;
        o.price = null;
        o.held = 10_000;
      }
      orders[i] = o.order();
      rules[i] = o.rules();
    }
    Controls controls = Controls.all();
    run(controls, orders, rules, 5_000_000);
    int checks = 10_000_000;
    long start = System.nanoTime();
    int refused = run(controls, orders, rules, checks);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%,d checks on one core, %d refused: %,.0f/s, %.0f ns each%n",
        checks, refused, checks / seconds, seconds * 1e9 / checks);
    long[] nanos = new long[2_000_000];
    for (int i = 0; i < nanos.length; i++) {
      int n = i & (ORDERS - 1);
      long before = System.nanoTime();
      controls.check(orders[n], rules[n]);
      nanos[i] = System.nanoTime() - before;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "one by one, clock calls included: p50 %d ns, p99 %d ns, p99.9 %d ns, max %d µs%n",
        nanos[nanos.length / 2],
        nanos[nanos.length / 100 * 99],
        nanos[nanos.length / 1_000 * 999],
        nanos[nanos.length - 1] / 1_000);
  }

  private static int run(Controls controls, OrderUnderCheck[] orders, Rules[] rules, int checks) {
    int refused = 0;
    for (int i = 0; i < checks; i++) {
      int n = i & (ORDERS - 1);
      if (controls.check(orders[n], rules[n]) != null) {
        refused++;
      }
    }
    return refused;
  }
}
