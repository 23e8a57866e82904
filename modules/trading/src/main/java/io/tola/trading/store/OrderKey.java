package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import java.util.UUID;

/**
 * What identifies a stored order and never changes: enough to know what to lock before it is read.
 */
public record OrderKey(UUID orderId, AccountId accountId, Symbol symbol, Product product) {}
