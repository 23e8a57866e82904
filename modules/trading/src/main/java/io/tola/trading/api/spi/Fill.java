package io.tola.trading.api.spi;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.Side;
import java.time.Instant;
import java.util.UUID;

/**
 * Shares that traded and must be booked.
 *
 * @param execId the execution that says so
 * @param at transaction time
 */
public record Fill(
    UUID execId,
    UUID orderId,
    HoldingKey key,
    Side side,
    Quantity quantity,
    Price price,
    Instant at) {}
