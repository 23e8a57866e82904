package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.json.CanonicalJson;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.Side;
import io.tola.trading.domain.Samples;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class ExecutionJsonTest {

  @Property
  void sameBytesAsTheCanonicalFormOfTheSameFacts(
      @ForAll @IntRange(min = 1, max = 1_000_000) int ticks,
      @ForAll @IntRange(max = 1_000) int quantity,
      @ForAll boolean traded,
      @ForAll @StringLength(max = 20) String text) {
    Execution e =
        new Execution(
            UUID.fromString("01890000-0000-7000-8000-0000000000bb"),
            UUID.fromString("01890000-0000-7000-8000-0000000000aa"),
            new ClOrdID("c\"\\1"),
            Samples.ACCOUNT,
            7,
            Samples.RELIANCE,
            Side.BUY,
            traded ? ExecType.TRADE : ExecType.CANCELED,
            OrdStatus.CANCELED,
            Quantity.of(quantity),
            traded ? new Price(BigDecimal.valueOf(ticks * 5L, 2)) : null,
            Quantity.of(quantity),
            Quantity.ZERO,
            traded ? BigDecimal.valueOf(ticks, 6) : null,
            traded ? null : text,
            Samples.T0);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("exec_id", e.execId());
    facts.put("order_id", e.orderId());
    facts.put("client_order_id", e.clOrdId().value());
    facts.put("account_id", e.accountId().value());
    facts.put("sequence", e.sequence());
    facts.put("symbol", e.symbol().value());
    facts.put("side", e.side());
    facts.put("exec_type", e.execType());
    facts.put("status", e.ordStatus());
    facts.put("last_quantity", e.lastQuantity().value());
    facts.put("last_price", e.lastPrice() == null ? null : e.lastPrice().value());
    facts.put("filled_quantity", e.cumQuantity().value());
    facts.put("leaves_quantity", e.leavesQuantity().value());
    facts.put("average_price", e.averagePrice());
    facts.put("text", e.text());
    facts.put("timestamp", e.transactTime());
    assertThat(ExecutionJson.write(List.of(e)))
        .isEqualTo(CanonicalJson.write(Map.of("reports", List.of(facts))));
    assertThat(ExecutionJson.write(List.of(e, e)))
        .isEqualTo(CanonicalJson.write(Map.of("reports", List.of(facts, facts))));
  }
}
