package io.tola.trading.api;

import io.tola.kernel.AccountId;
import java.util.UUID;

/**
 * A client's wish to stop an order. Idempotent: canceling a canceled order changes nothing.
 *
 * @param accountId the account the caller may act for and the order must belong to
 * @param user who asks
 */
public record CancelOrder(UUID orderId, AccountId accountId, String user) {}
