package io.tola.risk.domain;

import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one order's controls cost on one core (JMH). Orders that pass all controls are the dearest, so that
 * is what is measured: half limit buys, half market sales. Not a test:
 *
 * <pre>mvn -q -Pjmh -pl modules/risk -am process-test-classes -Djmh.only=ControlsBench</pre>
 */
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ControlsBench {

  private static final int ORDERS = 1_024;

  /** Orders with the rules of their accounts. */
  @State(Scope.Thread)
  public static class Flow {
    final OrderUnderCheck[] orders = new OrderUnderCheck[ORDERS];
    final Rules[] rules = new Rules[ORDERS];
    final Controls controls = Controls.all();
    int next;

    @Setup
    public void fill() {
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
    }
  }

  @Benchmark
  public Refusal check(Flow flow) {
    int n = flow.next++ & (ORDERS - 1);
    return flow.controls.check(flow.orders[n], flow.rules[n]);
  }
}
