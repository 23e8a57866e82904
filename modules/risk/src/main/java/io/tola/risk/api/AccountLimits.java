package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;

/**
 * What one account may do. A limit that is null is not set, except where said.
 *
 * @param accountId the account; null for the defaults of those that have none of their own
 * @param maxOrderValue rupees, one order
 * @param maxOpenOrderValue rupees, all working orders together
 * @param maxPositionQuantity shares of one symbol, long or short, working orders included
 * @param maxPositionValue rupees of one symbol at the order's worst price, working orders included
 * @param maxOrdersPerSecond new orders in one second of the clock; never null
 * @param priceCollarPct how far a market order's worst price may be from the last price, per cent
 * @param lookAlikeWindowMillis orders alike in symbol, side, quantity and price within this many
 *     milliseconds are refused; null turns the guard off
 * @param restrictedSymbols symbols this account may not trade
 * @param version rises with every change; send it back to change limits without overwriting
 *     somebody else's change
 */
public record AccountLimits(
    AccountId accountId,
    Money maxOrderValue,
    Money maxOpenOrderValue,
    Long maxPositionQuantity,
    Money maxPositionValue,
    Integer maxOrdersPerSecond,
    BigDecimal priceCollarPct,
    Integer lookAlikeWindowMillis,
    Set<String> restrictedSymbols,
    long version,
    String updatedBy,
    Instant updatedAt) {}
