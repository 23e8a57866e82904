package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.market.api.SessionPhase;
import io.tola.risk.api.TradingState.Mode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The controls against a second, straightforward implementation of the same rules, written from their
 * descriptions as one page of ifs: the same answer for any order.
 */
class ControlsOracleTest {

  private final Controls controls = Controls.all();

  @Property(tries = 300)
  void randomOrdersGetTheSameAnswer(@ForAll long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      Orders orders = random(random);
      same(orders);
    }
  }

  @Test
  void everyCodeButTheLookAlikeIsReached() {
    Random random = new Random(20_261_121);
    Map<Integer, Integer> reached = new TreeMap<>();
    for (int i = 0; i < 200_000; i++) {
      Orders orders = random(random);
      reached.merge(same(orders), 1, Integer::sum);
    }
    assertThat(reached.keySet())
        .containsExactly(
            0, 2001, 2002, 2003, 2004, 2005, 2010, 2011, 2012, 2013, 2020, 2021, 2030, 2040, 2041,
            2050, 2051, 2052, 2053, 2054, 2060, 2061, 2070, 2071, 2072, 2080);
  }

  private int same(Orders orders) {
    OrderUnderCheck order = orders.order();
    Refusal refusal = controls.check(order, orders.rules());
    int expected = oracle(orders, order);
    assertThat(refusal == null ? 0 : refusal.code())
        .as("%s: %s", order, refusal)
        .isEqualTo(expected);
    return expected;
  }

  /** The rules once more, plainly. */
  private static int oracle(Orders o, OrderUnderCheck order) {
    if (o.platform == Mode.HALTED) return 2001;
    if (o.accountMode == Mode.HALTED) return 2002;
    if (!o.open) return 2005;
    if (o.restricted.contains(o.symbol)) return 2010;
    if (o.restrictedForAccount.contains(o.symbol)) return 2011;
    if (!o.tradable) return 2012;
    if (o.tagRequired && o.tag == null) return 2013;
    boolean auction = o.phase == SessionPhase.PRE_OPEN || o.phase == SessionPhase.CLOSING_AUCTION;
    if (o.phase != SessionPhase.OPEN && !auction) return 2020;
    boolean unpriced = o.type == OrdType.MARKET || o.type == OrdType.SL_M;
    if (auction && (unpriced || o.validity == Validity.IOC)) return 2021;
    if (o.ordersThisSecond > o.maxOrdersPerSecond) return 2030;
    if (o.quantity == 0 || o.quantity / o.lot * o.lot != o.quantity) return 2040;
    if (o.quantity > o.freeze) return 2041;
    if (unpriced && !o.quoted) return 2050;
    if (unpriced && Duration.between(o.receivedAt, o.now).toNanos() > o.maxQuoteAge.toNanos())
      return 2051;
    if (order.worstPrice() == null) return 2050;
    for (String price : new String[] {o.price, o.trigger}) {
      if (price != null && !onGrid(price, o.tick)) return 2052;
    }
    if (o.band != null && (o.price != null || o.trigger != null)) {
      if (!o.quoted) return 2050;
      BigDecimal reach =
          decimal(o.previousClose)
              .multiply(decimal(o.band))
              .divide(decimal("100"), MathContext.UNLIMITED);
      for (String price : new String[] {o.price, o.trigger}) {
        if (price != null
            && decimal(price).subtract(decimal(o.previousClose)).abs().compareTo(reach) > 0)
          return 2053;
      }
    }
    BigDecimal worst = order.worstPrice().value();
    if (unpriced && o.collar != null) {
      BigDecimal from = decimal(o.type == OrdType.SL_M ? o.trigger : o.last);
      BigDecimal reach =
          from.multiply(decimal(o.collar)).divide(decimal("100"), MathContext.UNLIMITED);
      if (worst.compareTo(from.add(reach)) > 0 || worst.compareTo(from.subtract(reach)) < 0)
        return 2054;
    }
    BigDecimal value = worst.multiply(BigDecimal.valueOf(o.quantity));
    if (above(value, o.maxOrderValue)) return 2060;
    if (above(value.add(decimal(o.openOrderValue)), o.maxOpenOrderValue)) return 2061;
    boolean buy = o.side == Side.BUY;
    if (o.platform == Mode.REDUCE_ONLY || o.accountMode == Mode.REDUCE_ONLY) {
      long after = buy ? o.held + o.openBuys + o.quantity : o.held - o.openSales - o.quantity;
      boolean shrinks = buy ? o.held < 0 && after <= 0 : o.held > 0 && after >= 0;
      if (!shrinks) return o.platform == Mode.REDUCE_ONLY ? 2003 : 2004;
    }
    if (!buy && o.product == Product.CNC && o.quantity > Math.max(0, o.held - o.openSales))
      return 2070;
    long longest = o.held + o.openBuys + o.quantity;
    long shortest = o.held - o.openSales - o.quantity;
    if (o.maxPositionQuantity != null) {
      if (buy && longest > o.maxPositionQuantity) return 2071;
      if (!buy && shortest < -o.maxPositionQuantity) return 2071;
    }
    long exposed = buy ? Math.max(0, longest) : Math.max(0, -shortest);
    if (above(worst.multiply(BigDecimal.valueOf(exposed)), o.maxPositionValue)) return 2072;
    BigDecimal needed = order.cashNeeded().value();
    if (needed.signum() > 0
        && needed.compareTo(decimal(o.settled).subtract(decimal(o.blocked))) > 0) return 2080;
    return 0;
  }

  private static boolean onGrid(String price, String tick) {
    BigDecimal ticks = decimal(price).divide(decimal(tick), MathContext.DECIMAL128);
    return ticks.stripTrailingZeros().scale() <= 0;
  }

  private static boolean above(BigDecimal value, String limit) {
    return limit != null && value.compareTo(decimal(limit)) > 0;
  }

  private static BigDecimal decimal(String text) {
    return new BigDecimal(text);
  }

  /** Mostly ordinary, with one to four things at or across a boundary. */
  private static Orders random(Random random) {
    Orders o = new Orders();
    o.side = pick(random, Side.values());
    o.product = pick(random, Product.values());
    o.quantity = pick(random, 1L, 10L, 50L, 99L, 100L, 101L);
    o.price = pick(random, "2800.00", "2799.95", "2520.00", "2519.95", "3080.00", "3080.05");
    o.held = pick(random, -100L, -10L, 0L, 10L, 100L, 101L, 1_000L);
    o.openBuys = pick(random, 0L, 0L, 1L, 90L);
    o.openSales = pick(random, 0L, 0L, 1L, 90L);
    if (random.nextInt(3) == 0) {
      o.type = OrdType.MARKET;
      o.price = null;
      o.worst = pick(random, null, "2800.00", "2940.00", "2940.05", "2660.00", "2659.95");
    } else if (random.nextInt(8) == 0) {
      o.type = pick(random, OrdType.SL, OrdType.SL_M);
      o.trigger = pick(random, "2810.00", "2500.00", "2810.01");
      o.price = o.type == OrdType.SL ? o.price : null;
    }
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      switch (random.nextInt(24)) {
        case 0 -> o.platform = pick(random, Mode.values());
        case 1 -> o.accountMode = pick(random, Mode.values());
        case 2 -> o.open = random.nextInt(4) > 0;
        case 3 -> o.restricted = pick(random, Set.of("RELIANCE"), Set.of("TCS"));
        case 4 -> o.restrictedForAccount = pick(random, Set.of("RELIANCE"), Set.of("TCS"));
        case 5 -> o.tradable = random.nextBoolean();
        case 6 -> o.phase = pick(random, SessionPhase.values());
        case 7 -> o.validity = Validity.IOC;
        case 8 -> o.ordersThisSecond = pick(random, 999, 1_000, 1_001);
        case 9 -> o.lot = pick(random, 1L, 10L, 7L);
        case 10 -> o.freeze = pick(random, 9L, 10L, 100L);
        case 11 -> o.quoted = false;
        case 12 -> o.receivedAt = Orders.NOW.minusMillis(pick(random, 14_999, 15_000, 15_001, -50));
        case 13 -> o.worst = "none";
        case 14 -> o.tick = pick(random, "0.01", "0.05", "0.10", "5");
        case 15 -> o.band = pick(random, null, "2.5", "10", "20");
        case 16 -> o.collar = pick(random, null, "0.5", "5");
        case 17 -> o.maxOrderValue = pick(random, null, "28000", "27999.9999", "279999.99");
        case 18 -> {
          o.openOrderValue = pick(random, "0", "72000", "72000.0001");
          o.maxOpenOrderValue = pick(random, null, "100000", "280000");
        }
        case 19 -> o.maxPositionQuantity = pick(random, null, 10L, 100L, 110L);
        case 20 -> o.maxPositionValue = pick(random, null, "28000", "280000", "308000");
        case 21 -> {
          o.settled = pick(random, "0", "28000", "280000");
          o.blocked = pick(random, "0", "0.01");
        }
        case 22 -> o.cashNeeded = pick(random, "0", "28000", "28000.01", "-5");
        default -> o.quantity = 0;
      }
    }
    o.tagRequired = random.nextInt(40) == 0;
    o.tag = pick(random, null, "99999");
    return o;
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
