package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.time.Instant;

/**
 * One account in one view, valued at current quotes.
 *
 * @param investedCost cost of all open positions, negative for short ones
 * @param marketValue value of all open positions at the last prices; positions without a quote are
 *     valued at cost
 * @param realisedPnl profit of closed lots, first in first out, and dividends
 * @param equity settled cash and market value together
 * @param positionsWithoutQuote how many positions were valued at cost
 */
public record PortfolioSummary(
    AccountId accountId,
    String accountName,
    Money settledCash,
    Money blockedCash,
    Money availableCash,
    Money investedCost,
    Money marketValue,
    Money unrealisedPnl,
    Money realisedPnl,
    Money equity,
    int openPositions,
    int positionsWithoutQuote,
    Instant timestamp) {}
