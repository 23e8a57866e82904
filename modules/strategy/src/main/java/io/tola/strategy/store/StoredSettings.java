package io.tola.strategy.store;

import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A row of {@code strategies}.
 *
 * @param params parameters by name, numbers as text
 * @param scheduleSeconds null: on demand only
 * @param lastRunAt null: the timer never ran it
 */
public record StoredSettings(
    String name,
    Map<String, String> params,
    Interval interval,
    List<Symbol> symbols,
    boolean enabled,
    Integer scheduleSeconds,
    Instant lastRunAt,
    long version,
    String updatedBy,
    Instant updatedAt) {}
