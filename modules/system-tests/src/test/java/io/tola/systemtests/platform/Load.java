package io.tola.systemtests.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Random orders of some traders from many threads, through one node or several at once: buys and
 * sells, market and limit, delivery and intraday, repeats and cancels. Remembers what was
 * acknowledged and what was left open by a fault.
 */
public final class Load {

  private static final List<String> SYMBOLS =
      List.of("RELIANCE", "TCS", "ITC", "SBIN", "INFY", "M&M");

  /** An order that somebody was told is stored. */
  public record Acknowledged(String account, String clientOrderId, String orderId, String status) {}

  /** An order whose answer was a 503 or never came. */
  public record Unsettled(int trader, ObjectNode order, int status, long millis) {}

  private final List<Api> doors;
  private final List<Integer> traders;
  private final long seed;
  private final String run = Long.toString(System.nanoTime(), 36);
  private final Map<String, BigDecimal> prices = new ConcurrentHashMap<>();
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<Unsettled> unsettled = new ConcurrentLinkedQueue<>();
  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<String, String> executedAs = new ConcurrentHashMap<>();
  private final AtomicInteger counter = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private Load(List<Api> doors, List<Integer> traders, long seed) {
    this.doors = doors;
    this.traders = traders;
    this.seed = seed;
    for (String symbol : SYMBOLS) {
      prices.put(
          symbol, doors.get(0).as("viewer").quote(symbol).get("previous_close").decimalValue());
    }
    doors.forEach(d -> traders.forEach(d::trader));
  }

  public static Load on(List<Api> doors, List<Integer> traders, long seed) {
    return new Load(doors, traders, seed);
  }

  /** Runs from that many threads for that long. */
  public void run(Duration duration, int threadCount) {
    start(threadCount);
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
  }

  /** Runs from that many threads until {@link #stop}. */
  public void start(int threadCount) {
    for (int i = 0; i < threadCount; i++) {
      int number = i;
      Thread thread = new Thread(() -> send(new SplittableRandom(seed + number)), "load-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  /** Returns when every thread has its last answer. */
  public void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertThat(thread.isAlive()).as(thread.getName() + " still waits for an answer").isFalse();
    }
  }

  private void send(SplittableRandom random) {
    List<Acknowledged> resting = new ArrayList<>();
    while (!stopped) {
      Api door = doors.get(random.nextInt(doors.size()));
      int trader = traders.get(random.nextInt(traders.size()));
      try {
        if (!resting.isEmpty() && random.nextInt(8) == 0) {
          cancel(resting.remove(random.nextInt(resting.size())));
          continue;
        }
        ObjectNode order = order(random, run + "-" + counter.incrementAndGet());
        Acknowledged placed = place(door, trader, order);
        if (placed != null && placed.status.equals("NEW")) {
          resting.add(placed);
        }
        if (placed != null && random.nextInt(10) == 0) {
          // The same again, perhaps through another door.
          place(doors.get(random.nextInt(doors.size())), trader, order);
        }
      } catch (RuntimeException | AssertionError e) {
        unexpected.add(e.toString());
      }
    }
  }

  private ObjectNode order(SplittableRandom random, String id) {
    String symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
    String side = random.nextInt(5) < 3 ? "BUY" : "SELL";
    long quantity = 1L + random.nextInt(20);
    ObjectNode order;
    if (random.nextInt(3) == 0) {
      BigDecimal factor = BigDecimal.valueOf(95 + random.nextInt(11)).movePointLeft(2);
      order =
          Api.limit(
              id,
              symbol,
              side,
              quantity,
              prices.get(symbol).multiply(factor).setScale(0, RoundingMode.FLOOR));
      if (random.nextInt(3) == 0) {
        order.put("validity", "IOC");
      }
    } else {
      order = Api.market(id, symbol, side, quantity);
    }
    return order.put("product", random.nextInt(3) == 0 ? "MIS" : "CNC");
  }

  private Acknowledged place(Api door, int trader, ObjectNode order) {
    long start = System.nanoTime();
    Answer answer;
    try {
      answer = door.trader(trader).place(order);
    } catch (Api.NoAnswer e) {
      unsettled.add(new Unsettled(trader, order, 0, millisSince(start)));
      pause();
      return null;
    }
    if (answer.status() == 503) {
      assertThat(answer.header("Retry-After")).as(answer.toString()).isPresent();
      unsettled.add(new Unsettled(trader, order, 503, millisSince(start)));
      pause();
      return null;
    }
    return settled(answer);
  }

  private Acknowledged settled(Answer answer) {
    if (answer.status() != 200 && answer.status() != 201) {
      unexpected.add(answer.toString());
      return null;
    }
    JsonNode json = answer.json();
    Acknowledged placed =
        new Acknowledged(
            json.get("account_id").asText(),
            json.get("client_order_id").asText(),
            json.get("order_id").asText(),
            json.get("status").asText());
    String before = executedAs.putIfAbsent(placed.clientOrderId, placed.orderId);
    if (before != null && !before.equals(placed.orderId)) {
      unexpected.add(
          placed.clientOrderId + " was executed as " + before + " and " + placed.orderId);
    }
    acknowledged.add(placed);
    return placed;
  }

  private void cancel(Acknowledged order) {
    Api door = doors.get(0);
    for (int trader : traders) {
      Answer answer;
      try {
        answer = door.trader(trader).cancel(order.orderId);
      } catch (Api.NoAnswer e) {
        return;
      }
      if (answer.status() == 200 || answer.status() == 409 || answer.status() == 503) {
        return;
      }
      if (answer.status() != 404) {
        unexpected.add("cancel: " + answer);
      }
    }
  }

  /** A client that is refused waits a little, or these tests would count refusals only. */
  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Sends again, under their old ids, the orders that nobody knows the fate of. */
  public void retryUnsettled(Api door) {
    List<Unsettled> again = new ArrayList<>(unsettled);
    unsettled.clear();
    for (Unsettled open : again) {
      Answer answer = door.trader(open.trader).placeSurely(open.order);
      settled(answer);
    }
  }

  public List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  public List<Unsettled> unsettled() {
    return List.copyOf(unsettled);
  }

  /** Everything that no client should ever see. */
  public List<String> unexpected() {
    return List.copyOf(unexpected);
  }

  /** Whatever was acknowledged is in the database under that id, once. */
  public void everyAcknowledgedOrderIsStored(Sql sql) {
    Set<String> stored = new HashSet<>();
    for (Map<String, Object> row :
        sql.rows(
            "SELECT client_order_id, order_id::text FROM orders WHERE client_order_id LIKE ?",
            run + "-%")) {
      assertThat(stored.add(row.get("client_order_id") + "=" + row.get("order_id"))).isTrue();
    }
    assertThat(stored)
        .containsAll(
            acknowledged.stream().map(a -> a.clientOrderId + "=" + a.orderId).distinct().toList());
  }
}
