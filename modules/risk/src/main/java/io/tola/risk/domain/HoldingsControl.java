package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * A sale for delivery (CNC) needs the shares, less what other working sales will take. MIS may be
 * short within the day; NRML, carried on margin, is treated the same.
 *
 * <p>Source: SEBI's framework on short selling: a sale for delivery must be delivered, naked short
 * sales are not; the products are the Indian brokers' custom.
 */
public final class HoldingsControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    if (order.order().side() != Side.SELL || order.order().product() != Product.CNC) {
      return null;
    }
    long sellable = order.holding().sellable();
    long quantity = order.openQuantity().value();
    return quantity <= sellable
        ? null
        : Refusals.of(
            RiskRejectCode.HOLDINGS,
            "Selling "
                + quantity
                + " shares of "
                + order.order().symbol()
                + " for delivery needs them; "
                + sellable
                + " can be sold",
            "limit",
            sellable,
            "value",
            quantity);
  }
}
