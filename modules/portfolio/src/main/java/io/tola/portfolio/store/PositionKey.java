package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;

/**
 * What a position's row is found by.
 *
 * @param product the product's code
 */
public record PositionKey(AccountId accountId, Symbol symbol, String product) {}
