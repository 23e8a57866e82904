package io.tola.trading.api.spi;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;

/** What a position is kept by. */
public record HoldingKey(AccountId accountId, Symbol symbol, Product product) {}
