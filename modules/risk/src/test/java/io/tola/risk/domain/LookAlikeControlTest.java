package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.Refusal;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LookAlikeControlTest {

  private final LookAlikeControl control = new LookAlikeControl();

  @Test
  void isOffUnlessAWindowIsSet() {
    assertThat(check("c-1", 0, o -> o.window = null)).isNull();
    assertThat(check("c-2", 0, o -> o.window = null)).isNull();
    assertThat(control.remembered()).isZero();
  }

  @Test
  void anAlikeOrderWithinTheWindowIsRefusedAndNamesTheFirst() {
    assertThat(check("c-1", 0, o -> {})).isNull();
    Refusal refusal = check("c-2", 999, o -> {});
    assertThat(refusal.code()).isEqualTo(RiskRejectCode.LOOK_ALIKE.number());
    assertThat(refusal.reason()).contains("c-1").contains("999 ms").contains("1000 ms");
  }

  @Test
  void theWindowCountsFromTheLastOrderThatPassed() {
    assertThat(check("c-1", 0, o -> {})).isNull();
    assertThat(check("c-2", 999, o -> {})).isNotNull();
    assertThat(check("c-3", 1_000, o -> {})).isNull();
    assertThat(check("c-4", 1_999, o -> {})).isNotNull();
  }

  @Test
  void anythingDifferentIsNotAlike() {
    assertThat(check("c-1", 0, o -> {})).isNull();
    for (Consumer<Orders> different :
        List.<Consumer<Orders>>of(
            o -> o.symbol = "TCS",
            o -> o.side = Side.SELL,
            o -> o.quantity = 11,
            o -> o.price = "2800.05",
            o -> o.account = new AccountId(new UUID(1, 2)))) {
      assertThat(check("c-2", 1, different)).isNull();
    }
  }

  @Test
  void aBatchThatIsCheckedAgainAfterAFaultIsNotAlikeItself() {
    assertThat(check("c-1", 0, o -> {})).isNull();
    assertThat(check("c-1", 5, o -> {})).isNull();
  }

  @Test
  void whatNoWindowReachesIsForgotten() {
    for (int i = 0; i < 4_095; i++) {
      int n = i;
      check("c-" + i, i, o -> o.quantity = 1L + n);
    }
    assertThat(control.remembered()).isEqualTo(4_095);
    check("late", 200_000, o -> {});
    assertThat(control.remembered()).isEqualTo(1);
  }

  private Refusal check(String clOrdId, long millis, Consumer<Orders> change) {
    Orders orders = new Orders();
    orders.window = 1_000;
    orders.clOrdId = clOrdId;
    orders.now = Orders.NOW.plusMillis(millis);
    change.accept(orders);
    return control.check(orders.order(), orders.rules());
  }
}
