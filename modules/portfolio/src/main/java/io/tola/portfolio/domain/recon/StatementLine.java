package io.tola.portfolio.domain.recon;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One line of a statement, understood. Texts and plain numbers, because a broker has symbols and
 * products that the platform doesn't know.
 *
 * @param line where it stands: the line of a CSV file, the number of a JSON list's element, from 1
 * @param symbol the broker's
 * @param exchange null when the statement doesn't say
 * @param isin null when the statement doesn't say
 * @param product null when a trade doesn't say
 * @param side BUY or SELL for trades, else null
 * @param quantity shares; positive for trades, never negative for holdings, negative for short positions
 * @param price rupees: of a trade, or the average cost; null when not told
 * @param fees rupees that the trade cost; null when not told
 * @param tradeId null when not told
 * @param at when it was traded; null for holdings and positions
 */
public record StatementLine(
    int line,
    String symbol,
    String exchange,
    String isin,
    String product,
    String side,
    long quantity,
    BigDecimal price,
    BigDecimal fees,
    String tradeId,
    Instant at) {}
