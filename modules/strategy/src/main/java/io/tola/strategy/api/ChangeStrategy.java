package io.tola.strategy.api;

import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.util.List;
import java.util.Map;

/**
 * A whole new set of settings for one strategy.
 *
 * @param strategy its name
 * @param parameters {@code BigDecimal} or {@code String} by name; what is missing gets its default
 * @param interval the bars it looks at
 * @param symbols what the timer runs it on; empty means every instrument
 * @param enabled whether the timer may run it and it may trade
 * @param scheduleSeconds 10 to 604,800; null means on demand only
 * @param version the version these settings replace
 * @param actor the person
 */
public record ChangeStrategy(
    String strategy,
    Map<String, Object> parameters,
    Interval interval,
    List<Symbol> symbols,
    boolean enabled,
    Integer scheduleSeconds,
    long version,
    String actor) {}
