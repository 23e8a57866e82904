package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import java.util.UUID;

/**
 * A client's wish that a working order have other terms. What is null stays as it is; at least one
 * of the three is given.
 *
 * <p>Idempotent by (account, client_order_id of the request): a repeat is answered with the order as
 * it stands and changes nothing. These ids are a space of their own: the order keeps the
 * client_order_id it was placed with.
 *
 * @param accountId the account the caller may act for and the order must belong to
 * @param clOrdId of this request, not of the order
 * @param quantity the new OrderQty, what has traded already included; at or below CumQty it ends the
 *     order as FILLED with OrderQty = CumQty
 * @param price the new limit, for LIMIT and SL
 * @param triggerPrice the new trigger, for SL and SL-M that haven't triggered
 * @param user who asks
 */
public record ReplaceOrder(
    UUID orderId,
    AccountId accountId,
    ClOrdID clOrdId,
    Quantity quantity,
    Price price,
    Price triggerPrice,
    String user) {}
