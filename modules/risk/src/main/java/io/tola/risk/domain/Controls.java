package io.tola.risk.domain;

import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.util.List;
import java.util.Set;

/**
 * All pre-trade controls, in the order they are asked; the first refusal is the answer.
 *
 * <p>First what is absolute and costs nothing (may anything trade, may this account, may this
 * symbol, now, at this pace), then the order's own form (quantity, price), then its value, then what
 * the account holds and owns, and last the guard that remembers. Controls after {@link QuoteControl}
 * may rely on a worst price, and on a quote where the order has no price. Thread-safe.
 */
public final class Controls {

  /**
   * What an order that only gets smaller is held to: may anything be entered now, at this pace, in
   * this form. Its value, the cash and the shares were judged when it was larger.
   */
  private static final Set<Class<? extends Control>> OF_REDUCED =
      Set.of(
          KillSwitchControl.class,
          AccountOpenControl.class,
          InstrumentTradableControl.class,
          SessionControl.class,
          OrderRateControl.class,
          LotControl.class,
          QuantityFreezeControl.class,
          TickSizeControl.class,
          PriceBandControl.class);

  private final Control[] controls;
  private final Control[] ofReduced;

  private Controls(List<Control> controls) {
    this.controls = controls.toArray(new Control[0]);
    this.ofReduced =
        controls.stream()
            .filter(control -> OF_REDUCED.contains(control.getClass()))
            .toArray(Control[]::new);
  }

  /** A fresh set, whose look-alike guard remembers nothing yet. */
  public static Controls all() {
    return new Controls(
        List.of(
            new KillSwitchControl(),
            new AccountOpenControl(),
            new RestrictedListControl(),
            new InstrumentTradableControl(),
            new AlgoTagControl(),
            new SessionControl(),
            new OrderRateControl(),
            new LotControl(),
            new QuantityFreezeControl(),
            new QuoteControl(),
            new TickSizeControl(),
            new PriceBandControl(),
            new PriceCollarControl(),
            new OrderValueControl(),
            new OpenOrderValueControl(),
            new ReduceOnlyControl(),
            new HoldingsControl(),
            new PositionLimitControl(),
            new CashControl(),
            new LookAlikeControl()));
  }

  /** Returns why the order may not trade, or null when it may. */
  public Refusal check(OrderUnderCheck order, Rules rules) {
    return check(controls, order, rules);
  }

  /** Returns why an order may not be made smaller, or null when it may. */
  public Refusal checkReduced(OrderUnderCheck order, Rules rules) {
    return check(ofReduced, order, rules);
  }

  private static Refusal check(Control[] controls, OrderUnderCheck order, Rules rules) {
    for (Control control : controls) {
      Refusal refusal = control.check(order, rules);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }
}
