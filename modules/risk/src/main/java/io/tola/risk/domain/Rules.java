package io.tola.risk.domain;

import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.TradingState;
import java.time.Duration;
import java.util.Set;

/**
 * What one account's orders are held to at this moment.
 *
 * @param platform the kill switch of the whole platform
 * @param account the kill switch of the account
 * @param restricted symbols nobody may trade
 * @param limits the account's limits, with the symbols it alone may not trade
 * @param maxQuoteAge a quote older than this prices no market order
 * @param tagRequired whether every order must name its algorithm
 */
public record Rules(
    TradingState.Mode platform,
    TradingState.Mode account,
    Set<String> restricted,
    AccountLimits limits,
    Duration maxQuoteAge,
    boolean tagRequired) {}
