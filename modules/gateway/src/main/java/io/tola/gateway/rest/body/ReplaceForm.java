package io.tola.gateway.rest.body;

import io.tola.gateway.json.Fields;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.ReplaceOrder;
import java.util.UUID;

/**
 * Reads the other terms for an order from a body and judges their shape. Whether the order's type has
 * these fields is trading's business.
 */
public final class ReplaceForm {

  private ReplaceForm() {}

  /**
   * Reads a replace.
   *
   * @param key the {@code Idempotency-Key} header, checked, or null
   * @param user who asks
   * @throws ProblemException INVALID_FIELD with all that is wrong
   */
  public static ReplaceOrder read(
      Fields form, UUID orderId, AccountId account, ClOrdID key, String user) {
    ClOrdID clOrdId = form.value("client_order_id", ClOrdID.MAX_LENGTH, ClOrdID::new);
    Long quantity = form.whole("quantity", 1, Quantity.MAX);
    Price price = form.decimal("price", Price::new);
    Price trigger = form.decimal("trigger_price", Price::new);
    form.done();
    ClOrdID id = OrderForm.keyed(form, clOrdId, key);
    if (!form.present("quantity") && !form.present("price") && !form.present("trigger_price")) {
      form.reject("quantity", "is required when neither price changes");
    }
    form.errors().throwIfAny();
    return new ReplaceOrder(
        orderId,
        account,
        id,
        quantity == null ? null : Quantity.of(quantity),
        price,
        trigger,
        user);
  }
}
