package io.tola.trading.domain;

import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * A million random lives: place, acknowledge, trigger, fill, replace, cancel, suspend, expire, and
 * requests to a venue that answers later, in any order, allowed or not. After each step everything
 * that must always hold is held against a count kept beside it.
 */
class OrderLifePropertyTest {

  private static final int LIVES_A_SEED = 10_000;
  private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-0000000000aa");
  private static final ClOrdID CLIENT_ID = new ClOrdID("c-1");

  /** Prices in paise, made once: 90.00 to 110.00. */
  private static final Price[] PRICES = new Price[2_001];

  static {
    for (int i = 0; i < PRICES.length; i++) {
      PRICES[i] = new Price(BigDecimal.valueOf(9_000L + i, 2));
    }
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void noInterleavingBreaksAnInvariant(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int life = 0; life < LIVES_A_SEED; life++) {
      new Life(random, "seed " + seed + ", life " + life).live();
    }
  }

  private static final class Life {
    private final SplittableRandom random;
    private final String name;
    private final boolean buy;
    private final boolean stop;
    private final Order order;

    private long quantity;
    private int worst;
    private long cum;
    private long cumPaise;
    private int low = Integer.MAX_VALUE;
    private int high;
    private int version = 1;

    Life(SplittableRandom random, String name) {
      this.random = random;
      this.name = name;
      this.buy = random.nextBoolean();
      this.stop = random.nextInt(4) == 0;
      this.quantity = 1L + random.nextInt(50);
      this.worst = random.nextInt(PRICES.length);
      PlaceOrder request =
          new PlaceOrder(
              CLIENT_ID,
              Samples.ACCOUNT,
              Samples.RELIANCE,
              buy ? Side.BUY : Side.SELL,
              stop ? OrdType.SL : OrdType.LIMIT,
              Quantity.of(quantity),
              PRICES[worst],
              stop ? PRICES[worst] : null,
              Product.MIS,
              Validity.DAY,
              null,
              "trader1");
      this.order =
          random.nextInt(3) == 0
              ? Order.entered(ID, request, PRICES[worst], Samples.T0)
              : Order.accepted(ID, request, PRICES[worst], Samples.T0);
    }

    void live() {
      int steps = 2 + random.nextInt(12);
      for (int i = 0; i < steps; i++) {
        step();
        hold();
        if (!order.isWorking() && random.nextBoolean()) {
          return;
        }
      }
    }

    private void step() {
      OrdStatus before = order.status();
      boolean working = before.working();
      boolean left = working && cum < quantity;
      boolean pending = before == OrdStatus.PENDING_CANCEL || before == OrdStatus.PENDING_REPLACE;
      boolean waits = stop && order.triggeredAt() == null;
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> fill(working && !waits);
        case 4, 5 -> {
          long wanted = 1L + random.nextInt(60);
          int price = random.nextInt(PRICES.length);
          Terms terms =
              new Terms(
                  Quantity.of(wanted),
                  PRICES[price],
                  stop ? order.terms().triggerPrice() : null,
                  PRICES[price]);
          if (attempt(left, () -> order.replace(terms, Samples.T0))) {
            quantity = Math.max(wanted, cum);
            worst = price;
            require(wanted > cum || order.status() == OrdStatus.FILLED, "ends what is done");
          }
        }
        case 6 -> attempt(left, () -> order.cancel("c", Samples.T0));
        case 7 -> attempt(left, () -> order.expire(Samples.T0));
        case 8 -> {
          if (stop) {
            attempt(
                working && waits && before != OrdStatus.SUSPENDED,
                () -> order.trigger(Samples.T0, Samples.T0));
          }
        }
        case 9 -> {
          if (before == OrdStatus.SUSPENDED) {
            attempt(true, () -> order.resume("over", Samples.T0));
          } else {
            attempt(working && !pending, () -> order.suspend("halt", Samples.T0));
          }
        }
        case 10 -> {
          if (random.nextBoolean()) {
            attempt(
                working && before != OrdStatus.PENDING_CANCEL,
                () -> order.requestCancel(Samples.T0));
          } else {
            attempt(working && !pending, () -> order.requestReplace(Samples.T0));
          }
        }
        default -> {
          if (pending) {
            attempt(true, () -> order.requestRefused(Samples.T0));
          } else {
            attempt(before == OrdStatus.PENDING_NEW, () -> order.acknowledge(Samples.T0));
          }
        }
      }
    }

    private void fill(boolean mayTrade) {
      long shares = random.nextInt(30);
      int price = random.nextInt(PRICES.length);
      boolean allowed =
          mayTrade
              && order.status() != OrdStatus.SUSPENDED
              && order.status() != OrdStatus.PENDING_NEW
              && shares > 0
              && cum + shares <= quantity
              && (buy ? price <= worst : price >= worst);
      boolean done =
          attempt(
              allowed,
              () -> order.fill(Quantity.of(shares), PRICES[price], Samples.T0, Samples.T0));
      if (done) {
        cum += shares;
        cumPaise += shares * (9_000L + price);
        low = Math.min(low, price);
        high = Math.max(high, price);
      }
    }

    /** Takes the step if it is allowed; one that isn't must throw and change nothing. */
    private boolean attempt(boolean allowed, Runnable step) {
      if (!allowed && random.nextInt(8) != 0) {
        return false;
      }
      try {
        step.run();
      } catch (IllegalStateException e) {
        require(!allowed, "refused: " + e.getMessage());
        return false;
      }
      require(allowed, "was not refused");
      version++;
      return true;
    }

    private void hold() {
      OrdStatus status = order.status();
      require(order.version() == version, "version");
      require(order.quantity().value() == quantity, "OrderQty");
      require(order.cumQuantity().value() == cum, "CumQty");
      require(cum <= quantity, "CumQty within OrderQty");
      require(
          order.leavesQuantity().value() == (status.working() ? quantity - cum : 0), "LeavesQty");
      require(order.cumValue().compareTo(BigDecimal.valueOf(cumPaise, 2)) == 0, "value of fills");
      require(status != OrdStatus.FILLED || cum == quantity, "FILLED means all");
      require(
          !status.working()
              || cum < quantity
              || status == OrdStatus.PENDING_CANCEL
              || status == OrdStatus.PENDING_REPLACE,
          "works only with something left, or a request pending");
      require(status != OrdStatus.NEW || cum == 0, "NEW has no fills");
      require(status != OrdStatus.PARTIALLY_FILLED || (cum > 0 && cum < quantity), "PARTIALLY");
      require((order.averagePrice() == null) == (cum == 0), "AvgPx");
      if (cum > 0) {
        BigDecimal average = order.averagePrice();
        require(
            average.compareTo(PRICES[low].value()) >= 0
                && average.compareTo(PRICES[high].value()) <= 0,
            "AvgPx within the fills' prices");
      }
      require(!stop || order.triggeredAt() != null || cum == 0, "an untriggered stop has no fills");
    }

    private void require(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError(name + ": " + what + ", order is " + order.view());
      }
    }
  }
}
