package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;

/**
 * A client's wish to stop all working orders of an account, or those of a symbol or side.
 *
 * @param symbol only orders of this one, or null
 * @param side only orders of this side, or null
 * @param user who asks
 */
public record CancelAll(AccountId accountId, Symbol symbol, Side side, String user) {}
