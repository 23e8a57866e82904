package io.tola.trading.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OrderTest {

  private static final Instant NOW = Samples.T0;
  private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-0000000000aa");

  private static Order buy(long quantity, String limit) {
    return Order.accepted(
        ID, Samples.limit("c-1", Side.BUY, quantity, limit), Price.of(limit), NOW);
  }

  @Example
  void acceptedOrderIsNewAndWorksWhole() {
    Order order = buy(10, "100.00");
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(order.leavesQuantity()).isEqualTo(Quantity.of(10));
    assertThat(order.averagePrice()).isNull();
    assertThat(order.opening().execType()).isEqualTo(ExecType.NEW);
    assertThat(order.version()).isEqualTo(1);
  }

  @Example
  void rejectedOrderNeverWorksAndCarriesItsCode() {
    Order order =
        Order.rejected(ID, Samples.market("c-1", Side.BUY, 10), null, 2005, "too much", NOW);
    assertThat(order.isWorking()).isFalse();
    assertThat(order.leavesQuantity()).isEqualTo(Quantity.ZERO);
    assertThat(order.opening())
        .extracting(Transition::execType, Transition::status, Transition::text)
        .containsExactly(ExecType.REJECTED, OrdStatus.REJECTED, "too much");
    assertThat(order.view().rejectCode()).isEqualTo(2005);
  }

  @Example
  void partialFillLeavesTheRestWorking() {
    Order order = buy(10, "100.00");
    Transition step = order.fill(Quantity.of(4), Price.of("99.50"), NOW, NOW);
    assertThat(step.execType()).isEqualTo(ExecType.TRADE);
    assertThat(step.status()).isEqualTo(OrdStatus.PARTIALLY_FILLED);
    assertThat(step.lastQuantity()).isEqualTo(Quantity.of(4));
    assertThat(step.lastPrice()).isEqualTo(Price.of("99.50"));
    assertThat(step.cumQuantity()).isEqualTo(Quantity.of(4));
    assertThat(step.leavesQuantity()).isEqualTo(Quantity.of(6));
    assertThat(order.version()).isEqualTo(2);
  }

  @Example
  void fillOfAllThatIsLeftEndsTheOrder() {
    Order order = buy(10, "100.00");
    order.fill(Quantity.of(4), Price.of("99.50"), NOW, NOW);
    Transition step = order.fill(Quantity.of(6), Price.of("100.00"), NOW, NOW);
    assertThat(step.status()).isEqualTo(OrdStatus.FILLED);
    assertThat(step.leavesQuantity()).isEqualTo(Quantity.ZERO);
    assertThat(step.averagePrice()).isEqualTo(new BigDecimal("99.80"));
  }

  @Example
  void averagePriceIsOfTheExactValueNotOfAverages() {
    Order order = buy(3, "100.10");
    order.fill(Quantity.of(1), Price.of("100.00"), NOW, NOW);
    order.fill(Quantity.of(1), Price.of("100.00"), NOW, NOW);
    order.fill(Quantity.of(1), Price.of("100.10"), NOW, NOW);
    assertThat(order.averagePrice()).isEqualTo(new BigDecimal("100.033333"));
    assertThat(order.cumValue()).isEqualByComparingTo("300.10");
  }

  @Example
  void fillBeyondLeavesQtyIsRefused() {
    Order order = buy(10, "100.00");
    order.fill(Quantity.of(9), Price.of("100.00"), NOW, NOW);
    assertThatThrownBy(() -> order.fill(Quantity.of(2), Price.of("100.00"), NOW, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LeavesQty 1");
    assertThat(order.cumQuantity()).isEqualTo(Quantity.of(9));
  }

  @Example
  void fillOfNothingIsRefused() {
    assertThatThrownBy(() -> buy(10, "100.00").fill(Quantity.ZERO, Price.of("1"), NOW, NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Example
  void fillWorseThanTheOrderAllowsIsRefused() {
    assertThatThrownBy(() -> buy(10, "100.00").fill(Quantity.of(1), Price.of("100.05"), NOW, NOW))
        .isInstanceOf(IllegalStateException.class);
    Order sale =
        Order.accepted(ID, Samples.limit("c-1", Side.SELL, 10, "100.00"), Price.of("100.00"), NOW);
    assertThatThrownBy(() -> sale.fill(Quantity.of(1), Price.of("99.95"), NOW, NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Example
  void canceledOrderKeepsItsFillsAndWorksNoMore() {
    Order order = buy(10, "100.00");
    order.fill(Quantity.of(4), Price.of("99.50"), NOW, NOW);
    Transition step = order.cancel("Canceled by the client", NOW);
    assertThat(step.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(step.cumQuantity()).isEqualTo(Quantity.of(4));
    assertThat(step.leavesQuantity()).isEqualTo(Quantity.ZERO);
    assertThat(step.text()).isEqualTo("Canceled by the client");
  }

  @Example
  void aFinalStateIsFinal() {
    Order expired = buy(10, "100.00");
    expired.expire(NOW);
    assertThat(expired.status()).isEqualTo(OrdStatus.EXPIRED);
    assertThatThrownBy(() -> expired.cancel("no", NOW)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> expired.expire(NOW)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> expired.fill(Quantity.of(1), Price.of("100.00"), NOW, NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Example
  void anOrdersOwnTimeNeverRunsBackwards() {
    Order order = buy(10, "100.00");
    order.fill(Quantity.of(1), Price.of("100.00"), NOW.minusSeconds(1), NOW.minusSeconds(1));
    assertThat(order.updatedAt()).isEqualTo(NOW);
    assertThat(order.seenAt()).isEqualTo(NOW);
  }

  @Example
  void sameRequestIsKnownWhoeverSendsIt() {
    Order order = buy(10, "100.00");
    assertThat(order.isSameAs(Samples.limit("c-1", Side.BUY, 10, "100.0"))).isTrue();
    assertThat(order.isSameAs(Samples.limit("c-1", Side.BUY, 11, "100.00"))).isFalse();
    assertThat(order.isSameAs(Samples.limit("c-1", Side.SELL, 10, "100.00"))).isFalse();
    assertThat(order.isSameAs(Samples.limit("c-1", Side.BUY, 10, "100.05"))).isFalse();
    assertThat(order.isSameAs(Samples.market("c-1", Side.BUY, 10))).isFalse();
  }

  /** Keeps every fill and works everything out from the start each time. */
  private static final class NaiveOrder {
    private final long quantity;
    private final List<long[]> fills = new ArrayList<>();
    private boolean ended;

    NaiveOrder(long quantity) {
      this.quantity = quantity;
    }

    long cum() {
      return fills.stream().mapToLong(f -> f[0]).sum();
    }

    BigDecimal average() {
      BigDecimal value = BigDecimal.ZERO;
      for (long[] fill : fills) {
        value = value.add(BigDecimal.valueOf(fill[0] * fill[1], 2));
      }
      return value.divide(BigDecimal.valueOf(cum()), 6, RoundingMode.HALF_EVEN);
    }

    OrdStatus status() {
      if (cum() == quantity) {
        return OrdStatus.FILLED;
      }
      if (ended) {
        return OrdStatus.CANCELED;
      }
      return fills.isEmpty() ? OrdStatus.NEW : OrdStatus.PARTIALLY_FILLED;
    }
  }

  /** Each number is a step: a fill of so many shares, or a cancel when it is 0. */
  @Property
  void anyLifeAgreesWithTheNaiveOneAndKeepsTheInvariants(
      @ForAll @IntRange(min = 1, max = 1_000) int quantity,
      @ForAll @Size(max = 12) List<@IntRange(max = 300) Integer> steps,
      @ForAll @IntRange(min = 5_000, max = 10_000) int basePaise) {
    Order order = buy(quantity, "100.00");
    NaiveOrder naive = new NaiveOrder(quantity);
    long cumBefore = 0;
    for (int step : steps) {
      long paise = Math.min(10_000, basePaise + step);
      boolean allowed = naive.status().working() && (step == 0 || naive.cum() + step <= quantity);
      Price price = new Price(BigDecimal.valueOf(paise, 2));
      if (!allowed) {
        assertThatThrownBy(
                () -> {
                  if (step == 0) {
                    order.cancel("c", NOW);
                  } else {
                    order.fill(Quantity.of(step), price, NOW, NOW);
                  }
                })
            .isInstanceOf(IllegalStateException.class);
      } else if (step == 0) {
        order.cancel("c", NOW);
        naive.ended = true;
      } else {
        order.fill(Quantity.of(step), price, NOW, NOW);
        naive.fills.add(new long[] {step, paise});
      }
      assertThat(order.status()).isEqualTo(naive.status());
      assertThat(order.cumQuantity().value()).isEqualTo(naive.cum());
      assertThat(order.cumQuantity().value()).isGreaterThanOrEqualTo(cumBefore);
      cumBefore = order.cumQuantity().value();
      assertThat(order.leavesQuantity().value())
          .isEqualTo(naive.status().working() ? quantity - naive.cum() : 0);
      if (naive.cum() > 0) {
        assertThat(order.averagePrice()).isEqualByComparingTo(naive.average());
        long low = naive.fills.stream().mapToLong(f -> f[1]).min().orElseThrow();
        long high = naive.fills.stream().mapToLong(f -> f[1]).max().orElseThrow();
        assertThat(order.averagePrice())
            .isBetween(BigDecimal.valueOf(low, 2), BigDecimal.valueOf(high, 2));
      }
    }
    assertThat(order.version()).isEqualTo(1 + naive.fills.size() + (naive.ended ? 1 : 0));
  }
}
