package io.tola.strategy.api;

import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A wish to know how a strategy would have done on stored bars.
 *
 * @param strategy its name, with the settings it has now
 * @param from first bar that may trade, inclusive; earlier bars only warm the indicators up
 * @param to end of the bars, exclusive
 * @param interval the bars to look at; null for the strategy's own
 * @param initialCash rupees, positive
 * @param costsBps hundredths of a per cent of the value of each trade, 0 to 1,000
 * @param user who asks
 */
public record Backtest(
    String strategy,
    Symbol symbol,
    Instant from,
    Instant to,
    Interval interval,
    Money initialCash,
    BigDecimal costsBps,
    String user) {}
