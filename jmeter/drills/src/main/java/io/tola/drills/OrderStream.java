package io.tola.drills;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Orders at a steady rate, whatever the platform does: each is due at a fixed time, and its latency counts from then. A round of five a
 * trader buys as much as it sells, with one buy below the market that rests. Every other one carries its id as a header.
 */
final class OrderStream {

  private static final int ROUND = 5;
  private static final BigDecimal BELOW = new BigDecimal("0.95");

  private final Door door;
  private final List<String> users;
  private final Map<String, BigDecimal> closes;
  private final List<String> symbols;
  private final String prefix;
  private final double rate;
  private final long begin = System.nanoTime();
  private final ConcurrentLinkedQueue<Sent> ended = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Thread thread = new Thread(this::send, "orders");
  private volatile boolean stopped;
  private volatile double lateness;

  /**
   * @param closes previous close of each symbol to trade
   * @param prefix of every client_order_id
   * @param rate orders a second
   */
  OrderStream(
      Door door, List<String> users, Map<String, BigDecimal> closes, String prefix, double rate) {
    this.door = door;
    this.users = users;
    this.closes = closes;
    this.symbols = new ArrayList<>(closes.keySet());
    this.prefix = prefix;
    this.rate = rate;
  }

  void start() {
    thread.start();
  }

  /** Milliseconds since the load began. */
  double now() {
    return (System.nanoTime() - begin) / 1e6;
  }

  /** All that have ended so far. */
  List<Sent> ended() {
    return new ArrayList<>(ended);
  }

  /** By how many milliseconds an order was sent too late at most, because this client was held up. */
  double lateness() {
    return lateness;
  }

  /** Returns when the last answer is there; an unanswered request ends by itself. */
  List<Sent> stop() throws InterruptedException {
    stopped = true;
    thread.join();
    while (inFlight.get() > 0) {
      Thread.sleep(10);
    }
    return ended();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread sends; others only read
  private void send() {
    for (int i = 0; !stopped; i++) {
      double due = i * 1000 / rate;
      double wait = due - now();
      while (wait > 0 && !stopped) {
        LockSupport.parkNanos((long) (Math.min(wait, 100) * 1e6));
        wait = due - now();
      }
      if (stopped) {
        return;
      }
      lateness = Math.max(lateness, -wait);
      Order order = order(i);
      inFlight.incrementAndGet();
      door.place(order)
          .thenAccept(answer -> ended.add(new Sent(order, due, now(), answer)))
          .whenComplete((nothing, failure) -> inFlight.decrementAndGet());
    }
  }

  Order order(int i) {
    String symbol = symbols.get(i % symbols.size());
    String id = prefix + "-" + i;
    String user = users.get(i % users.size());
    boolean byHeader = i % 2 == 1;
    int step = i / users.size() % ROUND;
    return switch (step) {
      case 0 -> new Order(id, byHeader, user, symbol, "BUY", 2, null);
      case 1 -> new Order(id, byHeader, user, symbol, "SELL", 1, null);
      case 2 ->
          new Order(
              id,
              byHeader,
              user,
              symbol,
              "BUY",
              1,
              closes.get(symbol).multiply(BELOW).setScale(0, RoundingMode.FLOOR));
      case 3 -> new Order(id, byHeader, user, symbol, "BUY", 1, null);
      default -> new Order(id, byHeader, user, symbol, "SELL", 2, null);
    };
  }
}
