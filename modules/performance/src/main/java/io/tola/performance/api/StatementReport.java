package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * This node's statements one by one.
 *
 * @param statements those that took the most time, the dearest first
 * @param habits the most frequent first
 */
public record StatementReport(
    Instant timestamp, int windowHours, List<StatementUse> statements, List<RequestHabit> habits) {}
