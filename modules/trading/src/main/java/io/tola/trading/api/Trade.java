package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import java.time.Instant;
import java.util.UUID;

/**
 * One fill, as whoever reckons with it needs it: an execution report that traded, with its order's
 * product.
 *
 * @param sequence of the report among all of the account's
 * @param orderValue quantity times price of all fills of the order up to this one, this one
 *     included: what fees that are capped by order are reckoned from
 */
public record Trade(
    UUID execId,
    UUID orderId,
    AccountId accountId,
    long sequence,
    Symbol symbol,
    Product product,
    Side side,
    Quantity quantity,
    Price price,
    Money orderValue,
    Instant tradedAt) {}
