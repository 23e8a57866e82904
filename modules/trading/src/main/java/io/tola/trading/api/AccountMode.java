package io.tola.trading.api;

import io.tola.kernel.AccountId;
import java.time.Instant;

/**
 * Where an account's orders go.
 *
 * @param setBy who set it; null when nobody ever did, and it is PAPER
 * @param setAt when; null likewise
 */
public record AccountMode(AccountId accountId, TradingMode mode, String setBy, Instant setAt) {}
