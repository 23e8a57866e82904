package io.tola.strategy.api;

import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A strategy and how it is set.
 *
 * @param name its id in paths, orders' tags and tables
 * @param title for people
 * @param description what it does, in a sentence or two
 * @param parameters the value of every parameter: {@code BigDecimal} or {@code String}, in the order of
 *     {@code specs}
 * @param specs what each parameter may be
 * @param interval the bars it looks at unless a run says otherwise
 * @param symbols what the timer runs it on; empty means every instrument
 * @param enabled whether the timer may run it and it may trade; it can always be run and tested on
 *     demand
 * @param scheduleSeconds how often the timer runs it; null means on demand only
 * @param barsNeeded fewest bars it can give a signal from
 * @param lastRunAt when the timer last ran it; null before the first time
 * @param version rises with every change, 0 for the defaults; send it back to change settings without
 *     overwriting somebody else's change
 * @param updatedBy null while everything is default
 * @param updatedAt null while everything is default
 */
public record StrategyView(
    String name,
    String title,
    String description,
    Map<String, Object> parameters,
    List<ParameterSpec> specs,
    Interval interval,
    List<Symbol> symbols,
    boolean enabled,
    Integer scheduleSeconds,
    int barsNeeded,
    Instant lastRunAt,
    long version,
    String updatedBy,
    Instant updatedAt) {}
