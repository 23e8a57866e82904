package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrillsTest {

  @Test
  void everyDrillHasItsOwnName() {
    assertThat(Drills.all().stream().map(Drill::name)).doesNotHaveDuplicates().hasSize(10);
  }

  @Test
  void roundOfOrdersOfATraderBuysAsMuchAsItSells() {
    OrderStream stream =
        new OrderStream(
            null, List.of("trader1", "trader2"), Map.of("ITC", new BigDecimal("400.35")), "p", 40);

    List<Order> round =
        IntStream.range(0, 10)
            .mapToObj(stream::order)
            .filter(o -> o.user().equals("trader2"))
            .toList();

    assertThat(round).hasSize(5);
    long traded =
        round.stream()
            .filter(Order::isMarket)
            .mapToLong(o -> o.side().equals("BUY") ? o.quantity() : -o.quantity())
            .sum();
    assertThat(traded).isZero();
    assertThat(round.stream().filter(o -> !o.isMarket()).map(Order::price))
        .containsExactly(new BigDecimal("380"));
  }

  @Test
  void idGoesIntoTheBodyOrTheHeader() {
    Order inBody = new Order("x-1", false, "trader1", "ITC", "BUY", 1, null);
    Order inHeader = new Order("x-1", true, "trader1", "ITC", "BUY", 1, null);

    assertThat(inBody.json()).contains("\"client_order_id\":\"x-1\"");
    assertThat(inHeader.json()).doesNotContain("client_order_id");
  }
}
